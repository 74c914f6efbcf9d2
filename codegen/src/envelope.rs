//! Names of headers that no message declares, since the runtime or a broker writes them.

/// Who writes a header of that name; none for a name that is free. Case makes no difference, so that
/// nobody takes `Content-Type` for the payload's.
pub(crate) fn owner_of(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let begins = |prefixes: &[&str]| prefixes.iter().any(|p| name.starts_with(p));
    if begins(&["ce_"]) || matches!(&*name, "content-type" | "traceparent" | "tracestate") {
        return Some("the envelope");
    }
    if begins(&["herald-"]) {
        return Some("Herald");
    }
    let broker = matches!(&*name, "x-death" | "x-delivery-count");
    (broker || begins(&["x-first-death-", "x-last-death-"])).then_some("RabbitMQ")
}

#[cfg(test)]
mod tests {
    use super::owner_of;

    #[test]
    fn names_of_others_are_taken() {
        assert_eq!(owner_of("ce_tenant"), Some("the envelope"));
        assert_eq!(owner_of("Content-Type"), Some("the envelope"));
        assert_eq!(owner_of("herald-reason"), Some("Herald"));
        assert_eq!(owner_of("x-first-death-queue"), Some("RabbitMQ"));
        assert_eq!(owner_of("x-tenant"), None);
        assert_eq!(owner_of("certificate"), None);
    }
}
