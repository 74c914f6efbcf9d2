//! Names: from what a document calls things to what Avro, Rust and Kafka take. They come from the
//! document, never from a position in it.

use std::collections::HashSet;

use crate::{ident, syntax::is_avro_name};

/// Longest name of a type: it becomes the name of a file.
const LONGEST_TYPE: usize = 120;

/// Longest name of a topic, so that those of its dead letters fit too.
const LONGEST_TOPIC: usize = 150;

/// Names of types, events and commands that are taken, as Rust tells them apart.
#[derive(Clone, Default)]
pub(super) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// Takes the first name that is free.
    pub(super) fn claim(&mut self, wanted: &[String]) -> Option<String> {
        let free = wanted.iter().find(|name| !self.is_taken(name))?;
        self.taken.insert(ident::rust_module(free));
        Some(free.clone())
    }

    /// Whether a name is taken.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(&ident::rust_module(name))
    }
}

/// The name of a type, event or command: `OrderPlaced`. The package before the name of a class is
/// left out. Nothing where no letter or digit is left.
pub(super) fn type_name(text: &str) -> Option<String> {
    let name = ident::pascal(&ascii(without_package(text)));
    let name: String = name.chars().take(LONGEST_TYPE).collect();
    (is_avro_name(&name) && name.chars().any(|c| c.is_ascii_alphanumeric())).then_some(name)
}

/// `com.shop.Order` is `Order`; `com.shop.Order.Line` is `Order.Line`. What is no package with a
/// class is left as it is.
fn without_package(text: &str) -> &str {
    let small = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let great = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase());
    let parts: Vec<&str> = text.split('.').collect();
    let package = parts.iter().take_while(|p| small(p)).count();
    if package == 0 || !parts.get(package).is_some_and(|p| great(p)) {
        return text;
    }
    let skipped: usize = parts.iter().take(package).map(|p| p.len() + 1).sum();
    text.get(skipped..).unwrap_or(text)
}

/// The text with everything but ASCII letters and digits as a separator.
fn ascii(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    text.chars().map(keep).collect()
}

/// A field or symbol as Avro takes it: the text itself where it can be.
pub(super) fn field_name(text: &str) -> String {
    if is_avro_name(text) && text.len() <= LONGEST_TYPE {
        return text.to_owned();
    }
    let mut name = String::new();
    for c in ascii(text).chars() {
        if c != '_' || !(name.is_empty() || name.ends_with('_')) {
            name.push(c);
        }
    }
    let name: String = name
        .trim_end_matches('_')
        .chars()
        .take(LONGEST_TYPE)
        .collect();
    if name.is_empty() {
        return "_value".to_owned();
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

/// The name of a service, domain, system or environment: `order-service`.
pub(super) fn dotted_name(text: &str) -> Option<String> {
    let name = ident::kebab(&ascii(text));
    let name: String = name.chars().take(LONGEST_TYPE).collect();
    let name = name.trim_matches('-');
    (!name.is_empty()).then(|| name.to_owned())
}

/// The name of a topic or queue: the text itself where it can be, else with `.` in place of each
/// `/` and `-` in place of what else is not allowed. Nothing where nothing is left.
pub(super) fn topic_name(text: &str) -> Option<String> {
    let keep = |c: char| match c {
        '/' => '.',
        c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') => c,
        _ => '-',
    };
    let name: String = text.chars().map(keep).collect();
    let begins = |c: char| c.is_ascii_alphanumeric();
    let name = name
        .trim_start_matches(|c| !begins(c))
        .trim_end_matches(['.', '-']);
    let name: String = name.chars().take(LONGEST_TOPIC).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Names, dotted_name, field_name, topic_name, type_name};

    #[test]
    fn types_are_named_after_the_class() {
        let name = |text| type_name(text).unwrap_or_default();
        assert_eq!(name("lightMeasured"), "LightMeasured");
        assert_eq!(name("com.shop.dtos.OrderDto"), "OrderDto");
        assert_eq!(name("com.shop.Order.Line"), "OrderLine");
        assert_eq!(name("user.created"), "UserCreated");
        assert_eq!(
            name("com.shop.GenericDtoJava.lang.Long"),
            "GenericDtoJavaLangLong"
        );
        assert_eq!(name("1st"), "_1st");
        assert_eq!(name("größe"), "GrE");
        assert_eq!(type_name("注文"), None);
        assert_eq!(type_name(""), None);
    }

    #[test]
    fn fields_keep_their_names() {
        assert_eq!(field_name("orderId"), "orderId");
        assert_eq!(field_name("@id"), "id");
        assert_eq!(field_name("my-app--header"), "my_app_header");
        assert_eq!(field_name("2nd"), "_2nd");
        assert_eq!(field_name("\r\n"), "_value");
    }

    #[test]
    fn topics_and_services() {
        assert_eq!(
            topic_name("user/signedup").as_deref(),
            Some("user.signedup")
        );
        assert_eq!(
            topic_name("/devices/status").as_deref(),
            Some("devices.status")
        );
        assert_eq!(topic_name("/"), None);
        assert_eq!(
            dotted_name("Order Service (v2)").as_deref(),
            Some("order-service-v2")
        );
        assert_eq!(dotted_name("注文"), None);
    }

    #[test]
    fn a_name_is_taken_as_rust_sees_it() {
        let mut names = Names::default();
        let wanted = |name: &str| [name.to_owned(), format!("{name}Data")];
        assert_eq!(
            names.claim(&wanted("HTTPCall")).as_deref(),
            Some("HTTPCall")
        );
        assert_eq!(
            names.claim(&wanted("HttpCall")).as_deref(),
            Some("HttpCallData")
        );
        assert_eq!(names.claim(&wanted("HttpCall")), None);
    }
}
