//! `cargo xtask replay`: a service's read model built anew from the log, by the service's program.

use herald_codegen::model::{Model, Settings};
use jiff::Timestamp;

use crate::{catalog, child, exit::Exit};

/// Arguments of `replay`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The service, which publishes and sends nothing, such as `analytics`.
    service: String,
    /// Where in the log to begin: `start`, or a time such as 2026-11-30T08:00:00Z; the read model
    /// then knows what was published since.
    #[arg(long, value_name = "START")]
    from: String,
    /// More flags of the service's program, which also reads `HERALD_POSTGRES_URL`,
    /// `HERALD_KAFKA_BROKERS` and `HERALD_REGISTRY_URL`.
    #[arg(last = true)]
    flags: Vec<String>,
}

/// Checks what it is told, then builds and runs the program.
pub(crate) fn run(args: &Args) -> Exit {
    match checked(args) {
        Ok(start) => {
            let features = format!("{}/servers", args.service);
            let mut flags = vec![format!("--replay-from={start}")];
            flags.extend(args.flags.iter().cloned());
            child::run_with(&args.service, &features, &flags)
        }
        Err(wrong) => Exit::failed(&wrong),
    }
}

/// Where to begin, if the service has a read model and that is a time in the past.
fn checked(args: &Args) -> Result<String, String> {
    let start = start(&args.from, Timestamp::now())?;
    let folder = catalog::root().join("catalog");
    let loaded = herald_codegen::load(&folder, Settings::default());
    let loaded = loaded.map_err(|_| "the catalog has errors; `cargo xtask lint` shows them")?;
    of_service(&loaded.model, &args.service)?;
    named(&args.flags, |variable| std::env::var_os(variable).is_some())?;
    Ok(start)
}

/// What the program must be told: without a database there is no read model, without a broker the
/// log would be an empty one of its own.
const NEEDED: [(&str, &str, &str); 2] = [
    (
        "the service's database",
        "HERALD_POSTGRES_URL",
        "--postgres-url",
    ),
    ("the log", "HERALD_KAFKA_BROKERS", "--kafka-brokers"),
];

fn named(flags: &[String], is_set: impl Fn(&str) -> bool) -> Result<(), String> {
    for (what, variable, flag) in NEEDED {
        let given = |word: &String| word.split('=').next() == Some(flag);
        if !is_set(variable) && !flags.iter().any(given) {
            return Err(format!(
                "name {what} by {variable}, or by `{flag}` after `--`"
            ));
        }
    }
    Ok(())
}

fn start(from: &str, now: Timestamp) -> Result<String, String> {
    if from.eq_ignore_ascii_case("start") {
        return Ok("start".to_owned());
    }
    let at: Timestamp = from.parse().map_err(|_| {
        format!("`--from {from}` is neither `start` nor a time such as 2026-11-30T08:00:00Z")
    })?;
    if at > now {
        return Err(format!(
            "`--from {from}` lies in the future, where nothing was published"
        ));
    }
    Ok(at.to_string())
}

fn of_service(model: &Model, name: &str) -> Result<(), String> {
    let services = model.services();
    let able = services.values().filter(|service| service.is_read_model());
    let able: Vec<&str> = able.map(|service| service.name.as_str()).collect();
    let able = match able.as_slice() {
        [] => "no service of the catalog has one".to_owned(),
        names => format!("try {}", names.join(" or ")),
    };
    match services.get(name) {
        None => Err(format!("the catalog has no service `{name}`; {able}")),
        Some(service) if !service.is_read_model() => Err(format!(
            "`{name}` is no read model: it keeps or says more than it reads from the log; {able}"
        )),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_767_225_600, 0);

    #[test]
    fn a_replay_starts_in_the_past() {
        assert_eq!(start("START", NOW), Ok("start".to_owned()));
        assert_eq!(
            start("2025-12-31T23:00:00Z", NOW),
            Ok("2025-12-31T23:00:00Z".to_owned())
        );
        assert_eq!(
            start("noon", NOW).unwrap_err(),
            "`--from noon` is neither `start` nor a time such as 2026-11-30T08:00:00Z"
        );
        assert!(
            start("2027-01-01T00:00:00Z", NOW)
                .unwrap_err()
                .contains("in the future")
        );
    }

    #[test]
    fn a_replay_needs_a_database_and_a_log() {
        let flags = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        let both = flags("--postgres-url=postgres://db --kafka-brokers here:9092");
        assert_eq!(named(&both, |_| false), Ok(()));
        assert_eq!(named(&[], |_| true), Ok(()));
        assert_eq!(
            named(&[], |variable| variable == "HERALD_POSTGRES_URL").unwrap_err(),
            "name the log by HERALD_KAFKA_BROKERS, or by `--kafka-brokers` after `--`"
        );
        let other = flags("--postgres-urls x");
        assert!(
            named(&other, |_| false)
                .unwrap_err()
                .contains("HERALD_POSTGRES_URL")
        );
    }

    #[test]
    fn only_read_models_are_replayed() {
        let folder = catalog::root().join("catalog");
        let loaded = herald_codegen::load(&folder, Settings::default()).unwrap();
        assert_eq!(of_service(&loaded.model, "analytics"), Ok(()));
        let unknown = of_service(&loaded.model, "analytic").unwrap_err();
        assert_eq!(
            unknown,
            "the catalog has no service `analytic`; try analytics"
        );
        let order = of_service(&loaded.model, "order").unwrap_err();
        assert!(order.starts_with("`order` is no read model"), "{order}");
        assert!(of_service(&loaded.model, "notification").is_err());
    }
}
