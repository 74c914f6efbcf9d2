//! The user a server runs as where it refuses to be root.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use rustix::process::geteuid;

use crate::Error;

/// User and group ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// `None` when this process is not root and the server can simply run as the same user.
pub(super) fn instead_of_root(name: &str) -> Result<Option<User>, Error> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let path = "/etc/passwd";
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let user = find(&text, name)
        .ok_or_else(|| Error::Unsuitable(format!("there is no user {name} on this machine")))?;
    Ok(Some(user))
}

fn find(passwd: &str, name: &str) -> Option<User> {
    let line = passwd
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some(User {
        uid: fields.next()?.parse().ok()?,
        gid: fields.next()?.parse().ok()?,
    })
}

impl User {
    /// Makes `folder` this user's own, if it can be reached at all.
    pub(super) fn own(self, folder: &Path, name: &str) -> Result<(), Error> {
        for above in folder.ancestors().skip(1) {
            let meta = fs::metadata(above).map_err(Error::io("read", above))?;
            if meta.uid() != self.uid && meta.permissions().mode() & 0o001 == 0 {
                let text = format!(
                    "{} is closed to the user {name}, who runs the server when you are root; \
                     type `chmod o+x {0}`, or set HERALD_STACK_DIR to a folder elsewhere",
                    above.display()
                );
                return Err(Error::Unsuitable(text));
            }
        }
        chown(folder, Some(self.uid), Some(self.gid)).map_err(Error::io("hand over", folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgres2:x:5:6::/:/bin/sh\npostgres:x:101:104::/:/bin/sh\n";
        assert_eq!(find(passwd, "postgres"), Some(User { uid: 101, gid: 104 }));
        assert_eq!(find(passwd, "post"), None);
    }
}
