//! As much of YAML as the Compose file needs, in block style.

use std::fmt;

pub(crate) enum Yaml {
    Text(String),
    /// A text of several lines.
    Block(String),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Block(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
        }
    }

    /// The value after its key or dash, which stands at `depth`.
    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        match self {
            Self::Text(text) => writeln!(f, " {}", Scalar(text)),
            Self::Block(text) => {
                writeln!(f, " |")?;
                let indent = " ".repeat(depth + 2);
                text.lines().try_for_each(|line| {
                    let indent = if line.is_empty() { "" } else { &indent };
                    writeln!(f, "{indent}{line}")
                })
            }
            Self::List(items) if items.is_empty() => writeln!(f, " []"),
            Self::Map(entries) if entries.is_empty() => writeln!(f, " {{}}"),
            Self::List(items) => {
                writeln!(f)?;
                items
                    .iter()
                    .try_for_each(|item| item.write_item(f, depth + 2))
            }
            Self::Map(entries) => {
                writeln!(f)?;
                write_entries(entries, f, depth + 2)
            }
        }
    }

    fn write_item(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        write!(f, "{:1$}-", "", depth)?;
        match self {
            // The first entry shares the line of the dash.
            Self::Map(entries) if let Some(((key, value), rest)) = entries.split_first() => {
                write!(f, " {}:", Scalar(key))?;
                value.write(f, depth + 2)?;
                write_entries(rest, f, depth + 2)
            }
            other => other.write(f, depth),
        }
    }
}

fn write_entries(
    entries: &[(String, Yaml)],
    f: &mut fmt::Formatter<'_>,
    depth: usize,
) -> fmt::Result {
    entries.iter().try_for_each(|(key, value)| {
        write!(f, "{:1$}{2}:", "", depth, Scalar(key))?;
        value.write(f, depth)
    })
}

impl fmt::Display for Yaml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Map(entries) => write_entries(entries, f, 0),
            other => other.write(f, 0),
        }
    }
}

/// Plain where no reader could take it for anything but this text, else quoted.
struct Scalar<'a>(&'a str);

impl fmt::Display for Scalar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.0.starts_with(|c: char| c.is_ascii_alphabetic())
            && self
                .0
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c))
            && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
                .contains(&self.0.to_ascii_lowercase().as_str());
        if plain {
            return f.write_str(self.0);
        }
        let escaped = self
            .0
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        write!(f, "\"{escaped}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_style_nests_and_quotes_what_could_be_misread() {
        let value = Yaml::map([
            ("plain", Yaml::text("a-b/c.d")),
            (
                "quoted",
                Yaml::List(["5m", "no", "a: b", "say \"x\\y\""].map(Yaml::text).into()),
            ),
            (
                "block",
                Yaml::map([("content", Yaml::Block("a=1\n\nb=2\n".into()))]),
            ),
            (
                "items",
                Yaml::List(vec![Yaml::map([
                    ("x", Yaml::text("one")),
                    ("z", Yaml::Map(Vec::new())),
                ])]),
            ),
        ]);
        let expected = "plain: a-b/c.d\nquoted:\n  - \"5m\"\n  - \"no\"\n  - \"a: b\"\n  - \"say \\\"x\\\\y\\\"\"\n\
                        block:\n  content: |\n    a=1\n\n    b=2\nitems:\n  - x: one\n    z: {}\n";
        assert_eq!(value.to_string(), expected);
    }
}
