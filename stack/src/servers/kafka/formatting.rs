//! The log folder before a broker's first start: the cluster's name and the users of SCRAM.

use std::fs;

use super::super::{USERS, password};
use super::{CLUSTER_ID, Kafka};
use crate::component::Node;
use crate::install::run;
use crate::report::Silent;
use crate::{Error, home};

/// Formats the log folder, unless that was done for the same users. One that knows other users cannot
/// be told of these: it is put aside, as `<folder>.before`, in the place of one that was before.
pub(super) fn format(node: &Node<'_>, class_path: &str) -> Result<(), Error> {
    let (folder, known) = (node.data(), node.conf("formatted"));
    let users = format!("{USERS:?}\n");
    let is_formatted = folder.join("meta.properties").exists();
    if is_formatted && fs::read_to_string(&known).is_ok_and(|known| known == users) {
        return Ok(());
    }
    if is_formatted {
        let aside = folder.with_extension("before");
        if aside.exists() {
            fs::remove_dir_all(&aside).map_err(Error::io("remove", &aside))?;
        }
        fs::rename(&folder, &aside).map_err(Error::io("put aside", &folder))?;
    }
    storage_tool(node, class_path)?;
    home::write(&known, &users)
}

fn storage_tool(node: &Node<'_>, class_path: &str) -> Result<(), Error> {
    let mut command = Kafka::java(node)?;
    command.args([
        "-cp",
        class_path,
        "kafka.tools.StorageTool",
        "format",
        "-t",
        CLUSTER_ID,
        "-c",
    ]);
    command.arg(node.conf("server.properties"));
    for user in USERS {
        let password = password(user);
        for mechanism in ["SCRAM-SHA-256", "SCRAM-SHA-512"] {
            let credential = format!("{mechanism}=[name={user},password={password}]");
            command.args(["--add-scram", &credential]);
        }
    }
    run(
        "formatting the log folder",
        command,
        &node.home.log(&format!("{}-format", node.name)),
        node.name,
        &Silent,
    )
}
