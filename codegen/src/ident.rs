//! Names in other spellings: Rust types, modules, variants; kebab case for topics and queues.

/// Words of a name: split at `_`, `-`, `.`, before a capital that follows a small letter or digit,
/// and before the last capital of a run (`HTTPServer` is `HTTP`, `Server`).
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let separator = !c.is_alphanumeric();
        let before = i
            .checked_sub(1)
            .and_then(|j| chars.get(j))
            .copied()
            .unwrap_or('_');
        let after = chars.get(i + 1).copied().unwrap_or('_');
        let begins = c.is_uppercase()
            && (before.is_lowercase()
                || before.is_numeric()
                || (before.is_uppercase() && after.is_lowercase()));
        if (separator || begins) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if !separator {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn joined(name: &str, separator: &str) -> String {
    words(name)
        .iter()
        .map(|w| w.to_lowercase())
        .collect::<Vec<_>>()
        .join(separator)
}

/// `order_placed`.
pub fn snake(name: &str) -> String {
    let snake = joined(name, "_");
    if snake.is_empty() || snake.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{snake}")
    } else {
        snake
    }
}

/// `order-placed`.
pub fn kebab(name: &str) -> String {
    joined(name, "-")
}

/// `OrderPlaced`. A name that is in this form already is kept, with its runs of capitals.
pub fn pascal(name: &str) -> String {
    let mut pascal = String::new();
    let shouted = !name.chars().any(char::is_lowercase);
    for word in words(name) {
        let mut chars = word.chars();
        pascal.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        if shouted {
            pascal.push_str(&chars.as_str().to_lowercase());
        } else {
            pascal.push_str(chars.as_str());
        }
    }
    if pascal.is_empty() || pascal.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{pascal}")
    } else {
        pascal
    }
}

/// A Rust type or variant, `OrderPlaced`.
pub fn rust_type(name: &str) -> String {
    let pascal = pascal(name);
    if pascal == "Self" {
        "Self_".to_owned()
    } else {
        pascal
    }
}

/// A Rust field or method: snake case, keywords escaped.
pub fn rust_field(name: &str) -> String {
    let snake = snake(name);
    match snake.as_str() {
        "self" | "super" | "crate" | "_" => format!("{snake}_"),
        word if is_keyword(word) => format!("r#{snake}"),
        _ => snake,
    }
}

/// A Rust module and the stem of its file, which cannot be a keyword, nor `mod` or `lib`.
pub fn rust_module(name: &str) -> String {
    let snake = snake(name);
    let taken = is_keyword(&snake)
        || matches!(
            snake.as_str(),
            "self" | "super" | "crate" | "lib" | "main" | "_"
        );
    if taken { format!("{snake}_") } else { snake }
}

/// Rust's strict and reserved keywords of edition 2024.
fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 52] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
        "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
        "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
        "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type",
        "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "Self",
    ];
    KEYWORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::{kebab, pascal, rust_field, rust_module, rust_type, snake};

    #[test]
    fn spellings() {
        assert_eq!(snake("OrderPlaced"), "order_placed");
        assert_eq!(snake("HTTPServer2Started"), "http_server2_started");
        assert_eq!(kebab("OrderPlaced"), "order-placed");
        assert_eq!(pascal("CREDIT_CARD"), "CreditCard");
        assert_eq!(pascal("order-service"), "OrderService");
        assert_eq!(pascal("OrderPlaced"), "OrderPlaced");
        assert_eq!(pascal("WEB"), "Web");
    }

    #[test]
    fn keywords_are_escaped() {
        assert_eq!(rust_field("type"), "r#type");
        assert_eq!(rust_field("self"), "self_");
        assert_eq!(rust_field("_"), "__");
        assert_eq!(rust_type("self"), "Self_");
        assert_eq!(rust_module("Type"), "type_");
        assert_eq!(rust_module("Mod"), "mod_");
        assert_eq!(rust_field("1st"), "_1st");
    }
}
