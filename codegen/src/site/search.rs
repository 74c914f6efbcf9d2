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
    /// What is said of its fields: searched, not shown.
    more: String,
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
            text_words(&entry.text, &entry.more),
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
    vec![("assets/search.js".to_owned(), text.into())]
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

fn text_words(text: &str, more: &str) -> BTreeSet<String> {
    let words = |text| {
        let words = str::split(text, |c: char| !c.is_alphanumeric());
        words.filter(|w| !w.is_empty()).take(TEXT_WORDS)
    };
    words(text)
        .chain(words(more))
        .map(|word| {
            word.chars()
                .take(40)
                .flat_map(char::to_lowercase)
                .collect::<String>()
        })
        .filter(|word| word.chars().count() > 2 && !COMMON.contains(&word.as_str()))
        .collect()
}

/// Collects entries of what has a page.
struct Collector<'s, 'a> {
    site: &'s Site<'a>,
    entries: Vec<Entry<'a>>,
}

impl<'a> Collector<'_, 'a> {
    /// Adds what is called `name`, and `key` among the pages of its kind.
    fn add(
        &mut self,
        kind: Kind,
        name: &'a str,
        key: &str,
        text: String,
    ) -> Option<&mut Entry<'a>> {
        let url = self.site.links.url(kind, key)?.to_owned();
        self.entries.push(Entry {
            kind,
            name,
            url,
            text,
            more: String::new(),
            fields: Vec::new(),
        });
        self.entries.last_mut()
    }

    fn named(&mut self, kind: Kind, name: &'a str, doc: Option<&String>) -> Option<&mut Entry<'a>> {
        self.add(kind, name, name, doc.cloned().unwrap_or_default())
    }
}

impl<'a> Entry<'a> {
    fn fields(&mut self, record: &'a Record) {
        self.fields
            .extend(record.fields.iter().map(|f| f.name.as_str()));
        for doc in record.fields.iter().filter_map(|f| f.doc.as_ref()) {
            self.more.push_str(doc);
            self.more.push(' ');
        }
    }
}

fn entries<'a>(site: &Site<'a>) -> Vec<Entry<'a>> {
    let model = site.model;
    let mut all = Collector {
        site,
        entries: Vec::new(),
    };
    for event in model.events.values() {
        let message = &event.message;
        if let Some(entry) = all.named(Kind::Event, &message.name, message.doc.as_ref()) {
            entry.fields(&message.record);
            entry.fields(&message.headers);
            entry.more.push_str(&event.tags.join(" "));
        }
    }
    for command in model.commands.values() {
        let message = &command.message;
        if let Some(entry) = all.named(Kind::Command, &message.name, message.doc.as_ref()) {
            entry.fields(&message.record);
            entry.fields(&message.headers);
        }
    }
    for service in model.services().values() {
        all.named(Kind::Service, &service.name, service.doc.as_ref());
        for request in &service.requests {
            let key = request_name(&service.name, &request.name);
            let text = request.doc.clone().unwrap_or_default();
            if let Some(entry) = all.add(Kind::Request, &request.name, &key, text) {
                entry.more = format!("{} {}", request.method.as_str(), request.path);
            }
        }
    }
    for domain in model.domains.values() {
        all.named(Kind::Domain, &domain.name, domain.doc.as_ref());
    }
    for def in model.types.values() {
        let Some(entry) = all.named(Kind::Type, &def.name, def.doc.as_ref()) else {
            continue;
        };
        match &def.kind {
            TypeKind::Record(record) => entry.fields(record),
            TypeKind::Enum(def) => {
                entry
                    .fields
                    .extend(def.symbols.iter().map(|s| s.name.as_str()));
            }
            _ => {}
        }
    }
    let topics = model.topics().values();
    for topic in topics.filter(|t| t.role == TopicRole::Events) {
        all.named(Kind::Topic, &topic.name, topic.doc.as_ref());
    }
    for queue in model.queues().values() {
        all.named(Kind::Queue, &queue.name, None);
    }
    for stream in model.streams.values() {
        all.named(Kind::Stream, &stream.name, stream.doc.as_ref());
    }
    for flow in model.flows.values() {
        all.named(Kind::Flow, &flow.name, flow.doc.as_ref());
    }
    all.entries
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
