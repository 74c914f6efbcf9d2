//! The servers' addresses as a shell takes them: what services and `plan`, `apply` and `dlq` read.

use std::fmt::Write as _;

use crate::Endpoints;

/// Lines of `export NAME='value'` for what runs; with a service, its store too.
pub fn exports(endpoints: &Endpoints, service: Option<&str>) -> String {
    let first = |all: &[String]| all.first().cloned();
    let smtp = endpoints.smtp.as_ref().map(|at| format!("smtp://{at}"));
    let kafka = (!endpoints.kafka.is_empty()).then(|| endpoints.kafka.join(","));
    let all = [
        ("HERALD_KAFKA_BROKERS", kafka),
        ("HERALD_RABBITMQ_URL", first(&endpoints.amqp)),
        (
            "HERALD_RABBITMQ_MANAGEMENT_URL",
            first(&endpoints.rabbitmq_management),
        ),
        // The one that the URLs name.
        (
            "HERALD_RABBITMQ_VHOST",
            first(&endpoints.amqp).map(|_| "/".to_owned()),
        ),
        ("HERALD_REGISTRY_URL", endpoints.registry.clone()),
        ("HERALD_SMTP_URL", smtp),
    ];
    let store = service.and_then(|service| store(endpoints, service));
    let known = all.into_iter().chain(store);
    let known = known.filter_map(|(name, value)| Some((name, value?)));
    known.fold(String::new(), |mut lines, (name, value)| {
        let value = value.replace('\'', r"'\''");
        let _ = writeln!(lines, "export {name}='{value}'");
        lines
    })
}

/// A database of its own on PostgreSQL where one was made for it, else one of the document store.
fn store(endpoints: &Endpoints, service: &str) -> Option<(&'static str, Option<String>)> {
    if let Some(url) = endpoints.postgres.get(service) {
        return Some(("HERALD_POSTGRES_URL", Some(url.clone())));
    }
    let base = endpoints.mongodb.as_ref()?;
    let (base, options) = base.split_once('?').unwrap_or((base, ""));
    let options = if options.is_empty() {
        String::new()
    } else {
        format!("?{options}")
    };
    let url = format!("{}/{service}{options}", base.trim_end_matches('/'));
    Some(("HERALD_MONGODB_URL", Some(url)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose_endpoints;

    #[test]
    fn a_shell_is_told_what_a_service_reads() {
        let told = |service| exports(&compose_endpoints(), service);
        assert_eq!(
            told(None),
            "export HERALD_KAFKA_BROKERS='127.0.0.1:21092'\n\
             export HERALD_RABBITMQ_URL='amqp://herald:herald@127.0.0.1:21672/%2f'\n\
             export HERALD_RABBITMQ_MANAGEMENT_URL='http://herald:herald@127.0.0.1:21673'\n\
             export HERALD_RABBITMQ_VHOST='/'\n\
             export HERALD_REGISTRY_URL='http://127.0.0.1:21081/apis/ccompat/v7'\n\
             export HERALD_SMTP_URL='smtp://127.0.0.1:21025'\n"
        );
        let last = |service| told(Some(service)).lines().last().map(str::to_owned);
        assert_eq!(
            last("payment").as_deref(),
            Some("export HERALD_POSTGRES_URL='postgres://payment@127.0.0.1:21432/payment'")
        );
        assert_eq!(
            last("order").as_deref(),
            Some("export HERALD_MONGODB_URL='mongodb://127.0.0.1:21017/order?replicaSet=herald'")
        );
        assert_eq!(exports(&Endpoints::default(), None), "");
    }
}
