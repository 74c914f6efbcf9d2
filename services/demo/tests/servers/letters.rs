//! The program `dlq`, as an operator uses it.

use serde_json::Value;
use tokio::process::Command;

use crate::ground::{Ground, program};

/// What it said.
pub(crate) struct Said {
    pub(crate) code: i32,
    /// A line each.
    pub(crate) lines: Vec<Value>,
    /// On stderr.
    pub(crate) remarks: String,
}

impl Ground {
    /// Runs it, with results for machines.
    pub(crate) async fn dlq(&self, args: &[&str]) -> Said {
        let output = Command::new(program("dlq"))
            .args(args)
            .args(["--format", "json"])
            .envs(self.addresses())
            .output()
            .await
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        Said {
            code: output.status.code().unwrap(),
            lines: lines.collect(),
            remarks: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Said {
    /// The texts of one key, in order.
    pub(crate) fn texts(&self, key: &str) -> Vec<&str> {
        let lines = self.lines.iter();
        lines
            .map(|line| line[key].as_str().unwrap_or_default())
            .collect()
    }
}
