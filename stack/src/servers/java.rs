//! What all Java servers share: small heaps, a quick start, an archive of their loaded classes.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Error;
use crate::component::Node;
use crate::tool::Jdk;

/// A serial collector and the first compiler only: half the memory, a third less start-up on few cores.
const SMALL: [&str; 2] = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
/// Listeners appear as 127.0.0.1, not as an IPv6 socket that takes IPv4 too.
const IPV4: &str = "-Djava.net.preferIPv4Stack=true";

/// A Java command with a bounded heap.
pub(super) fn command(jdk: &Jdk, heap_megabytes: u32) -> Command {
    let mut command = Command::new(jdk.program("java"));
    command
        .args(SMALL)
        .arg(IPV4)
        .arg(format!("-Xmx{heap_megabytes}m"));
    command
}

/// Every jar of a folder, sorted: an archive of classes fits one order only.
pub(super) fn class_path(folder: &Path) -> Result<String, Error> {
    let mut jars = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let path = entry.map_err(Error::io("read", folder))?.path();
        if path.extension().is_some_and(|extension| extension == "jar") {
            jars.push(path.to_string_lossy().into_owned());
        }
    }
    jars.sort();
    Ok(jars.join(":"))
}

/// Uses the archive of classes in `folder`, or has the first node write it when it stops.
///
/// It is written under another name and taken over at a later start, when its writer is gone for sure.
pub(super) fn with_archive(
    command: &mut Command,
    node: &Node<'_>,
    jdk: &Jdk,
    folder: &Path,
) -> Result<(), Error> {
    let archive = folder.join(format!("classes-{}.jsa", jdk.version));
    let fresh = archive.with_extension("jsa.new");
    if !archive.exists() && fresh.exists() {
        fs::rename(&fresh, &archive).map_err(Error::io("rename", &fresh))?;
    }
    if archive.exists() {
        command.arg(format!("-XX:SharedArchiveFile={}", archive.display()));
    } else if node.index == 1 {
        command.arg(format!("-XX:ArchiveClassesAtExit={}", fresh.display()));
    }
    // An archive that does not fit is skipped by the JVM; that is no line for the log.
    command.args(["-Xlog:cds=off", "-Xlog:cds+dynamic=off"]);
    Ok(())
}
