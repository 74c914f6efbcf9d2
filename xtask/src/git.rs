//! Files of a folder at a revision of its repository; the work tree is not touched.

use std::{
    io::{self, Read, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
};

/// Why a revision could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    /// The program could not be started, or ended while it was talked to.
    #[error("git could not be used: {0}")]
    Io(#[from] io::Error),
    /// It refused.
    #[error("git {what} refused: {why}")]
    Refused {
        /// Subcommand.
        what: String,
        /// What it said.
        why: String,
    },
    /// It answered something else than it promises.
    #[error("git cat-file answered {0:?}")]
    Answer(String),
    /// There is no such revision.
    #[error("there is no revision `{0}` here; fetch it first, or name one that `git log` shows")]
    NoRevision(String),
}

/// Files below a folder at a revision, by their paths below it, those that `wanted` takes.
pub(crate) fn files(
    folder: &Path,
    rev: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<(String, Vec<u8>)>, GitError> {
    let commit = commit(folder, rev)?;
    let prefix = ask(folder, &["rev-parse", "--show-prefix"])?;
    let prefix = prefix.trim_end_matches('\n').to_owned();
    let root = format!("{commit}:{prefix}");
    // No such folder then: no files.
    if ask(
        folder,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &root,
        ],
    )
    .is_err()
    {
        return Ok(Vec::new());
    }
    let listed = ask(
        folder,
        &[
            "ls-tree",
            "-r",
            "-z",
            "--full-tree",
            "--end-of-options",
            &root,
        ],
    )?;
    let mut named: Vec<(&str, &str)> = listed.split('\0').filter_map(blob).collect();
    named.retain(|(_, path)| wanted(path));
    let contents = contents(folder, named.iter().map(|(id, _)| *id).collect())?;
    let paths = named.iter().map(|(_, path)| (*path).to_owned());
    Ok(paths.zip(contents).collect())
}

/// The last tag before the commit at hand; the first commit that has the folder where there is no
/// tag.
pub(crate) fn last_tag(folder: &Path) -> Result<String, GitError> {
    if let Some(tag) = latest_tag(folder) {
        return Ok(tag);
    }
    let commits = ask(folder, &["log", "--reverse", "--format=%H", "--", "."])?;
    let first = commits.lines().next().unwrap_or("HEAD");
    Ok(first.get(..12).unwrap_or(first).to_owned())
}

/// The last tag, where the folder lies in a repository that has one.
pub(crate) fn latest_tag(folder: &Path) -> Option<String> {
    let tag = ask(folder, &["describe", "--tags", "--abbrev=0"]).ok()?;
    Some(tag.trim().to_owned())
}

/// The commit that a revision names.
fn commit(folder: &Path, rev: &str) -> Result<String, GitError> {
    let name = format!("{rev}^{{commit}}");
    let found = ask(
        folder,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &name,
        ],
    );
    match found {
        Ok(id) => Ok(id.trim().to_owned()),
        Err(GitError::Refused { why, .. }) if why.is_empty() => {
            Err(GitError::NoRevision(rev.to_owned()))
        }
        Err(error) => Err(error),
    }
}

/// Id and path of a line of `ls-tree`, where it is a file.
fn blob(line: &str) -> Option<(&str, &str)> {
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split(' ');
    let (_mode, kind, id) = (words.next()?, words.next()?, words.next()?);
    (kind == "blob").then_some((id, path))
}

/// What git prints.
fn ask(folder: &Path, args: &[&str]) -> Result<String, GitError> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(args)
        .output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(GitError::Refused {
        what: args.first().copied().unwrap_or_default().to_owned(),
        why: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// Contents of blobs, in order, by one process.
fn contents(folder: &Path, ids: Vec<&str>) -> Result<Vec<Vec<u8>>, GitError> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let count = ids.len();
    let mut all = Vec::new();
    // Asking and reading at once: either pipe may be full.
    thread::scope(|scope| {
        let asking = scope.spawn(move || {
            stdin.map_or(Ok(()), |mut stdin| {
                ids.iter().try_for_each(|id| writeln!(stdin, "{id}"))
            })
        });
        let read = stdout.map_or(Ok(0), |mut out| out.read_to_end(&mut all));
        // A panic of that thread is not possible: it only writes.
        let asked = asking.join().unwrap_or(Ok(()));
        read.map(drop).and(asked)
    })?;
    child.wait()?;
    split(&all, count)
}

/// `<id> blob <size>\n<contents>\n` for each.
fn split(mut rest: &[u8], count: usize) -> Result<Vec<Vec<u8>>, GitError> {
    let mut contents = Vec::with_capacity(count);
    for _ in 0..count {
        let end = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        let size = head
            .rsplit(' ')
            .next()
            .and_then(|s| s.parse::<usize>().ok());
        let body = size.and_then(|size| rest.get(end + 1..end + 1 + size));
        let Some(body) = body else {
            return Err(GitError::Answer(head));
        };
        contents.push(body.to_vec());
        rest = rest.get(end + 2 + body.len()..).unwrap_or_default();
    }
    Ok(contents)
}

#[cfg(test)]
mod tests {
    use super::{blob, split};

    #[test]
    fn answers_are_taken_apart() {
        let both = split(b"a1 blob 3\nx\ny\nb2 blob 0\n\n", 2).unwrap();
        assert_eq!(both, [b"x\ny".to_vec(), Vec::new()]);
        assert!(split(b"a1 missing\n", 1).is_err());
    }

    #[test]
    fn only_files_are_taken() {
        assert_eq!(blob("100644 blob a1\tx y.yaml"), Some(("a1", "x y.yaml")));
        assert_eq!(blob("160000 commit a1\tmodule"), None);
        assert_eq!(blob(""), None);
    }
}
