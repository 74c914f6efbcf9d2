//! What an error of the server or the driver means to a unit of work.

use sqlx::Error;

use crate::store::StoreError;

impl From<Error> for StoreError {
    /// Whatever is the matter with the server, the connection or the account is
    /// [`Unavailable`](StoreError::Unavailable), whatever another transaction
    /// caused a [`Conflict`](StoreError::Conflict); the rest is the data's fault.
    fn from(error: Error) -> Self {
        match &error {
            Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                match meaning(&code) {
                    Meaning::Unavailable => Self::Unavailable(error.to_string()),
                    Meaning::Conflict => Self::Conflict,
                    Meaning::Refused => Self::Refused(format!("{error} (SQLSTATE {code})")),
                }
            }
            // The pool keeps to itself why it could not open one.
            Error::PoolTimedOut => Self::Unavailable(
                "no connection in time: PostgreSQL is not reachable, or all are in use".to_owned(),
            ),
            Error::Io(_)
            | Error::Tls(_)
            | Error::Protocol(_)
            | Error::PoolClosed
            | Error::WorkerCrashed
            | Error::BeginFailed => Self::Unavailable(error.to_string()),
            _ => Self::Refused(error.to_string()),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    Unavailable,
    Conflict,
    Refused,
}

/// The meaning of a SQLSTATE (PostgreSQL manual, appendix A).
fn meaning(code: &str) -> Meaning {
    match code {
        // Serialization failure, deadlock, lock not available.
        "40001" | "40P01" | "55P03" => Meaning::Conflict,
        // Read-only after a failover, no such privilege, a timed-out transaction.
        "25006" | "25P03" | "25P04" | "42501" => Meaning::Unavailable,
        _ => match code.get(..2) {
            // Connection, account, database, resources, operator, system.
            Some("08" | "28" | "3D" | "53" | "57" | "58") => Meaning::Unavailable,
            _ => Meaning::Refused,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HandlerError;

    #[test]
    fn what_a_sqlstate_means() {
        for (code, expected) in [
            ("08006", Meaning::Unavailable),
            ("53300", Meaning::Unavailable),
            ("57P01", Meaning::Unavailable),
            ("57014", Meaning::Unavailable),
            ("25006", Meaning::Unavailable),
            ("40001", Meaning::Conflict),
            ("40P01", Meaning::Conflict),
            ("23505", Meaning::Refused),
            ("22021", Meaning::Refused),
            ("", Meaning::Refused),
        ] {
            assert_eq!(meaning(code), expected, "{code}");
        }
    }

    #[test]
    fn an_exhausted_pool_pauses_consumption() {
        let error = HandlerError::from(StoreError::from(Error::PoolTimedOut));
        assert!(matches!(error, HandlerError::Unavailable { .. }));
    }
}
