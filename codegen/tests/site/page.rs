//! A page taken apart: tags with their attributes, strictly, so that nothing that a browser would
//! have to guess passes.

/// A tag that opens.
#[derive(Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Tag {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

const VOID: [&str; 5] = ["meta", "link", "br", "hr", "wbr"];

/// The tags of a page in their order, or what is wrong with it.
pub(crate) fn tags(text: &str) -> Result<Vec<Tag>, String> {
    let mut tags = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = text.strip_prefix("<!doctype html>").ok_or("no doctype")?;
    while let Some(at) = rest.find('<') {
        check_text(&rest[..at])?;
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('/') {
            let (name, after) = after.split_once('>').ok_or("a tag does not end")?;
            let expected = open.pop();
            if expected.as_deref() != Some(name) {
                return Err(format!("</{name}> closes {expected:?}"));
            }
            rest = after;
            continue;
        }
        let (tag, closed, after) = tag(rest)?;
        let void = VOID.contains(&tag.name.as_str());
        if !closed && !void {
            open.push(tag.name.clone());
        }
        rest = after;
        tags.push(tag);
    }
    check_text(rest)?;
    match open[..] {
        [] => Ok(tags),
        _ => Err(format!("not closed: {open:?}")),
    }
}

fn tag(text: &str) -> Result<(Tag, bool, &str), String> {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric())
        .ok_or("a tag does not end")?;
    let (name, mut rest) = text.split_at(end);
    if name.is_empty() {
        return Err(format!("`<` begins no tag: {text:.40}"));
    }
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return Ok((done(name, attributes), true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Ok((done(name, attributes), false, after));
        }
        let end = rest
            .find(|c: char| c == '=' || c == '>' || c.is_whitespace())
            .ok_or("an attribute does not end")?;
        let (key, after) = rest.split_at(end);
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
        if key.is_empty() || !key.chars().all(allowed) {
            return Err(format!("`{key}` is no attribute of <{name}>"));
        }
        let Some(after) = after.strip_prefix('=') else {
            attributes.push((key.to_owned(), String::new()));
            rest = after;
            continue;
        };
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or("a value does not end")?,
            None => after.split_at(after.find([' ', '>']).ok_or("a value does not end")?),
        };
        check_text(value)?;
        attributes.push((key.to_owned(), unescape(value)));
        rest = after;
    }
}

fn done(name: &str, attributes: Vec<(String, String)>) -> Tag {
    Tag {
        name: name.to_owned(),
        attributes,
    }
}

/// Every `&` begins one of the references that the site writes.
fn check_text(text: &str) -> Result<(), String> {
    for (at, _) in text.match_indices('&') {
        let known = [
            "&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#x27;", "&#x2F;",
        ];
        if !known.iter().any(|k| text[at..].starts_with(k)) {
            return Err(format!("a bare & at {:.30}", &text[at..]));
        }
    }
    Ok(())
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&#x2F;", "/")
        .replace("&amp;", "&")
}
