//! The search index: a script that defines one object, since a page that was opened from a disk
//! cannot fetch anything. It is loaded when somebody begins to search.
//!
//! `entries` has a line a page: kind, name, address (empty where it follows from the name), first
//! sentence, names of fields; tabs between. `words` has every word, sorted. `posts` has a line a
//! word: the entries that have it in their name, among their fields, in their text; three lists
//! divided by `|`, each of base-36 numbers that count from the one before. `site.js` reads it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{
    File, Site,
    links::{Kind, request_name},
    words,
};
use crate::model::{Record, TopicRole, TypeKind};

/// Characters of the first sentence that a result shows.
const ABOUT: usize = 96;
/// Words of a text that are looked at.
const TEXT_WORDS: usize = 80;

/// Words that say nothing about where to look.
const COMMON: [&str; 24] = [
    "and", "are", "but", "for", "from", "had", "has", "have", "its", "not", "one", "that", "the",
    "their", "then", "they", "this", "was", "what", "when", "which", "who", "will", "with",
];

/// A page as search knows it.
struct Entry<'a> {
    kind: Kind,
    name: &'a str,
    url: String,
    text: String,
    fields: Vec<&'a str>,
}

/// The file `assets/search.js`.
pub(super) fn pages(site: &Site<'_>) -> Vec<File> {
    let entries = entries(site);
    let mut lines = String::new();
    let mut index: BTreeMap<String, [Vec<usize>; 3]> = BTreeMap::new();
    for (id, entry) in entries.iter().enumerate() {
        add_line(&mut lines, entry);
        let fields = entry.fields.iter().flat_map(|f| tokens(f));
        let classes: [BTreeSet<String>; 3] = [
            tokens(entry.name).into_iter().collect(),
            fields.collect(),
            text_words(&entry.text),
        ];
        for (class, words) in classes.into_iter().enumerate() {
            for word in words {
                index.entry(word).or_default()[class].push(id);
            }
        }
    }
    let mut words = String::new();
    let mut posts = String::new();
    for (word, lists) in &index {
        words.push_str(word);
        words.push('\n');
        add_lists(&mut posts, lists);
    }
    let kinds: Vec<_> = Kind::ALL
        .iter()
        .map(|k| json!([k.word(), k.folder()]))
        .collect();
    let data = json!({
        "kinds": kinds, "entries": lines, "words": words, "posts": posts,
    });
    let text = format!("window.HERALD_SEARCH={data};\n");
    vec![("assets/search.js".to_owned(), text)]
}

fn add_line(lines: &mut String, entry: &Entry<'_>) {
    let plain = format!("{}/{}.html", entry.kind.folder(), entry.name);
    let url = if entry.url == plain { "" } else { &entry.url };
    let about = words::first_sentence(&entry.text, ABOUT).replace(['\t', '\n'], " ");
    let kind = Kind::ALL.iter().position(|k| *k == entry.kind).unwrap_or(0);
    let fields = entry.fields.join(" ");
    super::html::put(
        lines,
        format_args!("{kind}\t{}\t{url}\t{about}\t{fields}\n", entry.name),
    );
}

fn add_lists(posts: &mut String, lists: &[Vec<usize>; 3]) {
    for (class, list) in lists.iter().enumerate() {
        if class > 0 {
            posts.push('|');
        }
        let mut before = 0;
        for (i, id) in list.iter().enumerate() {
            if i > 0 {
                posts.push(',');
            }
            push_base36(posts, id - before);
            before = *id;
        }
    }
    posts.push('\n');
}

fn push_base36(out: &mut String, mut number: usize) {
    let mut digits = [0_u8; 13];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b"0123456789abcdefghijklmnopqrstuvwxyz"[number % 36];
        number /= 36;
        if number == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|d| char::from(*d)));
}

/// The words of a name, `OrderPlaced` and `order-placed` alike, and the name without its joints.
fn tokens(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    for c in name.chars().take(400) {
        let joint = !c.is_alphanumeric();
        let hump = c.is_uppercase() && before.is_lowercase();
        let digit = c.is_numeric() != before.is_numeric() && before.is_alphanumeric();
        if (joint || hump || digit) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if !joint {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    if words.len() > 1 {
        words.push(words.concat());
    }
    words
}

fn text_words(text: &str) -> BTreeSet<String> {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    words
        .take(TEXT_WORDS)
        .map(|word| {
            word.chars()
                .take(40)
                .flat_map(char::to_lowercase)
                .collect::<String>()
        })
        .filter(|word| word.chars().count() > 2 && !COMMON.contains(&word.as_str()))
        .collect()
}

fn entries<'a>(site: &Site<'a>) -> Vec<Entry<'a>> {
    let model = site.model;
    let mut entries = Vec::new();
    let mut add = |kind: Kind, name: &'a str, key: &str, text: String, fields: Vec<&'a str>| {
        if let Some(url) = site.links.url(kind, key) {
            let url = url.to_owned();
            entries.push(Entry {
                kind,
                name,
                url,
                text,
                fields,
            });
        }
    };
    let fields = |record: &'a Record| {
        record
            .fields
            .iter()
            .map(|f| f.name.as_str())
            .collect::<Vec<_>>()
    };
    let text = |doc: &Option<String>| doc.clone().unwrap_or_default();
    for event in model.events.values() {
        let message = &event.message;
        let tags = event.tags.join(" ");
        let words = format!("{} {tags}", text(&message.doc));
        add(
            Kind::Event,
            &message.name,
            &message.name,
            words,
            fields(&message.record),
        );
    }
    for command in model.commands.values() {
        let message = &command.message;
        add(
            Kind::Command,
            &message.name,
            &message.name,
            text(&message.doc),
            fields(&message.record),
        );
    }
    for service in model.services().values() {
        add(
            Kind::Service,
            &service.name,
            &service.name,
            text(&service.doc),
            Vec::new(),
        );
        for request in &service.requests {
            let key = request_name(&service.name, &request.name);
            let words = format!(
                "{} {} {}",
                text(&request.doc),
                request.method.as_str(),
                request.path
            );
            add(Kind::Request, &request.name, &key, words, Vec::new());
        }
    }
    for domain in model.domains.values() {
        add(
            Kind::Domain,
            &domain.name,
            &domain.name,
            text(&domain.doc),
            Vec::new(),
        );
    }
    for def in model.types.values() {
        let members = match &def.kind {
            TypeKind::Record(record) => fields(record),
            TypeKind::Enum(symbols) => symbols.symbols.iter().map(|s| s.name.as_str()).collect(),
            _ => Vec::new(),
        };
        add(Kind::Type, &def.name, &def.name, text(&def.doc), members);
    }
    for topic in model
        .topics()
        .values()
        .filter(|t| t.role == TopicRole::Events)
    {
        add(
            Kind::Topic,
            &topic.name,
            &topic.name,
            text(&topic.doc),
            Vec::new(),
        );
    }
    for queue in model.queues().values() {
        add(
            Kind::Queue,
            &queue.name,
            &queue.name,
            String::new(),
            Vec::new(),
        );
    }
    for stream in model.streams.values() {
        add(
            Kind::Stream,
            &stream.name,
            &stream.name,
            text(&stream.doc),
            Vec::new(),
        );
    }
    for flow in model.flows.values() {
        add(
            Kind::Flow,
            &flow.name,
            &flow.name,
            text(&flow.doc),
            Vec::new(),
        );
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(tokens("OrderPlaced"), ["order", "placed", "orderplaced"]);
        assert_eq!(tokens("order_id"), ["order", "id", "orderid"]);
        assert_eq!(
            tokens("Thing12Happened"),
            ["thing", "12", "happened", "thing12happened"]
        );
        assert_eq!(tokens("sku"), ["sku"]);
    }

    #[test]
    fn lists_count_from_the_one_before() {
        let mut posts = String::new();
        add_lists(&mut posts, &[vec![0, 36, 37], vec![], vec![5]]);
        assert_eq!(posts, "0,10,1||5\n");
    }
}
