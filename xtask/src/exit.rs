//! Exit codes.

use std::process::ExitCode;

/// How a verb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// 0: done, nothing to report.
    Done,
    /// 1: findings, or output that is stale.
    Findings,
    /// 2: wrong use, or it failed.
    Failed,
}

impl Exit {
    /// How two things ended together: as the worse of them.
    pub(crate) fn worse(self, other: Self) -> Self {
        self.max(other)
    }

    /// Prints an error and fails.
    pub(crate) fn failed(error: &dyn std::fmt::Display) -> Self {
        eprintln!("error: {error}");
        Self::Failed
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => ExitCode::SUCCESS,
            Exit::Findings => ExitCode::from(1),
            Exit::Failed => ExitCode::from(2),
        }
    }
}
