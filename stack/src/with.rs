//! Running a program with the servers up, and its surroundings as they were afterwards.

use std::process::{Command, ExitStatus};

use crate::{Endpoints, Error, Home, Options, Reporter, down, endpoints, running, up};

/// Starts the servers that do not run, runs the program with their addresses in its environment,
/// and stops those servers again that were started for it.
///
/// # Errors
/// If a server or the program does not start.
pub fn with(home: &Home, program: &[String], report: &dyn Reporter) -> Result<ExitStatus, Error> {
    let before = running(home)?;
    let ended = up(home, &Options::default(), report).and_then(|_| {
        let Some((program, arguments)) = program.split_first() else {
            return Err(Error::NoProgram);
        };
        let mut command = Command::new(program);
        command.args(arguments).envs(environment(&endpoints(home)?));
        command.status().map_err(Error::io("start", program))
    });
    let mut started = running(home)?;
    started.retain(|name| !before.contains(name));
    if !started.is_empty() {
        down(home, &started, report)?;
    }
    ended
}

/// What tests against real servers read.
fn environment(endpoints: &Endpoints) -> Vec<(&'static str, String)> {
    let first = |all: &[String]| all.first().cloned();
    let smtp = endpoints.smtp.as_ref().map(|at| format!("smtp://{at}"));
    let authority = endpoints.authority.as_ref();
    let all = [
        ("HERALD_TEST_KAFKA", Some(endpoints.kafka.join(","))),
        ("HERALD_TEST_KAFKA_SASL", first(&endpoints.kafka_sasl)),
        ("HERALD_TEST_KAFKA_TLS", first(&endpoints.kafka_tls)),
        ("HERALD_TEST_AMQPS", first(&endpoints.amqps)),
        (
            "HERALD_TEST_CA",
            authority.map(|path| path.display().to_string()),
        ),
        ("HERALD_TEST_AMQP", first(&endpoints.amqp)),
        (
            "HERALD_TEST_RABBITMQ_MANAGEMENT",
            first(&endpoints.rabbitmq_management),
        ),
        ("HERALD_TEST_POSTGRES", endpoints.postgres_admin.clone()),
        ("HERALD_TEST_MONGODB", endpoints.mongodb.clone()),
        ("HERALD_TEST_REGISTRY", endpoints.registry.clone()),
        ("HERALD_TEST_SMTP", smtp),
        ("HERALD_TEST_MAILPIT", endpoints.mail_api.clone()),
    ];
    let known = all.into_iter();
    known
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}
