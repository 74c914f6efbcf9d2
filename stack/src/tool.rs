//! Programs the servers stand on, found where they usually are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// A program, or family of programs, of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tool {
    Jdk,
    Maven,
    Go,
    RabbitMq,
    Postgres,
}

impl Tool {
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Jdk => "a JDK of 17 or newer",
            Self::Maven => "Maven",
            Self::Go => "Go",
            Self::RabbitMq => "RabbitMQ",
            Self::Postgres => "PostgreSQL 15 or newer",
        }
    }

    /// Debian's packages that bring it.
    pub(crate) fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Jdk => &["default-jdk-headless"],
            Self::Maven => &["maven"],
            Self::Go => &["golang-go", "ca-certificates"],
            Self::RabbitMq => &["rabbitmq-server"],
            Self::Postgres => &["postgresql"],
        }
    }

    /// System services its packages would start at the next boot.
    pub(crate) fn services(self) -> &'static [&'static str] {
        match self {
            Self::RabbitMq => &["rabbitmq-server.service", "epmd.service", "epmd.socket"],
            Self::Postgres => &["postgresql.service"],
            Self::Jdk | Self::Maven | Self::Go => &[],
        }
    }

    pub(crate) fn is_there(self) -> bool {
        match self {
            Self::Jdk => jdk().is_some(),
            Self::Maven => maven().is_some(),
            Self::Go => go().is_some(),
            Self::RabbitMq => rabbitmq().is_some() && epmd().is_some(),
            Self::Postgres => postgres(None).is_some(),
        }
    }
}

/// A Java development kit (a runtime alone cannot compile the document server).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Jdk {
    pub(crate) home: PathBuf,
    /// Feature release: 17, 21, 25.
    pub(crate) release: u32,
    /// Full version, as an archive of classes fits one build only.
    pub(crate) version: String,
}

impl Jdk {
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.home.join("bin").join(name)
    }

    fn at(home: PathBuf) -> Option<Self> {
        if !is_program(&home.join("bin/javac")) {
            return None;
        }
        let text = fs::read_to_string(home.join("release")).ok()?;
        let version = text
            .lines()
            .find_map(|line| line.strip_prefix("JAVA_VERSION="))?
            .trim_matches('"')
            .to_owned();
        let release = version
            .split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()?;
        Some(Self {
            home,
            release,
            version,
        })
    }
}

const OLDEST_JAVA: u32 = 17;
const OLDEST_POSTGRES: u32 = 15;

/// The newest JDK of this machine.
pub(crate) fn jdk() -> Option<Jdk> {
    let from_path = || {
        Some(
            fs::canonicalize(which("javac")?)
                .ok()?
                .parent()?
                .parent()?
                .to_owned(),
        )
    };
    env::var_os("JAVA_HOME")
        .map(PathBuf::from)
        .into_iter()
        .chain(from_path())
        .chain(folders(Path::new("/usr/lib/jvm")))
        .filter_map(Jdk::at)
        .filter(|jdk| jdk.release >= OLDEST_JAVA)
        .max_by_key(|jdk| jdk.release)
}

pub(crate) fn maven() -> Option<PathBuf> {
    which("mvn")
}

/// The Go command; Debian's versioned packages and Go's own installer leave it outside the search path.
pub(crate) fn go() -> Option<PathBuf> {
    which("go").or_else(|| {
        let local = PathBuf::from("/usr/local/go");
        let debian = folders(Path::new("/usr/lib"))
            .into_iter()
            .filter(|path| named(path, "go-"));
        std::iter::once(local)
            .chain(debian)
            .map(|root| root.join("bin/go"))
            .find(|path| is_program(path))
    })
}

/// RabbitMQ's own scripts; the wrappers in `/usr/sbin` insist on one system user.
pub(crate) fn rabbitmq() -> Option<PathBuf> {
    folders(Path::new("/usr/lib/rabbitmq/lib"))
        .into_iter()
        .filter(|path| named(path, "rabbitmq_server-"))
        .map(|path| path.join("sbin"))
        .rfind(|sbin| is_program(&sbin.join("rabbitmq-server")))
}

pub(crate) fn epmd() -> Option<PathBuf> {
    which("epmd")
}

/// PostgreSQL's program folder: of this major version, else the newest.
pub(crate) fn postgres(major: Option<u32>) -> Option<PathBuf> {
    folders(Path::new("/usr/lib/postgresql"))
        .into_iter()
        .filter_map(|path| {
            Some((
                path.file_name()?.to_str()?.parse::<u32>().ok()?,
                path.join("bin"),
            ))
        })
        .filter(|(found, bin)| {
            major.map_or(*found >= OLDEST_POSTGRES, |major| major == *found)
                && is_program(&bin.join("postgres"))
        })
        .max()
        .map(|(_, bin)| bin)
}

/// A program of the search path, or of the folders of system programs.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/local/bin", "/usr/sbin", "/usr/bin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn named(path: &Path, prefix: &str) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with(prefix))
}

/// Sorted, so that the same machine always gives the same answer.
fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_by_name_and_a_folder_is_none() {
        assert!(which("sh").is_some());
        assert!(which("no-such-program-anywhere").is_none());
        assert!(!is_program(Path::new("/usr")));
    }

    #[test]
    fn a_jdk_is_known_by_its_release_file() {
        let home = env::temp_dir().join(format!("herald-stack-jdk-{}", std::process::id()));
        fs::create_dir_all(home.join("bin")).unwrap();
        fs::write(
            home.join("release"),
            "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"21.0.4\"\n",
        )
        .unwrap();
        assert!(
            Jdk::at(home.clone()).is_none(),
            "a runtime without a compiler"
        );
        fs::copy(which("sh").unwrap(), home.join("bin/javac")).unwrap();
        let jdk = Jdk::at(home.clone()).unwrap();
        assert_eq!((jdk.release, jdk.version.as_str()), (21, "21.0.4"));
        fs::remove_dir_all(home).unwrap();
    }
}
