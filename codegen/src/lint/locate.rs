//! From a place in the model to a span of text. The model remembers lines; the words to underline
//! are looked for from there to the end of the YAML document.

use std::collections::HashMap;

use super::{Finding, Place, Rule};
use crate::{
    diagnostic::{Diagnostic, Label},
    source::{FileId, Sources, Span},
};

/// Lines of the files that findings were about.
pub(crate) struct Lines<'a> {
    sources: &'a Sources,
    files: HashMap<FileId, Vec<&'a str>>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(sources: &'a Sources) -> Self {
        Self {
            sources,
            files: HashMap::new(),
        }
    }

    /// A finding with its places looked up.
    pub(super) fn diagnostic(&mut self, rule: &Rule, finding: Finding) -> Diagnostic {
        let mut label =
            |place: &Place, text: String| self.span(place).map(|span| Label { span, text });
        let at = label(&finding.at, finding.label);
        let also = finding.also.into_iter();
        let related = also
            .filter_map(|(place, text)| label(&place, text))
            .collect();
        Diagnostic {
            code: rule.code,
            severity: rule.severity,
            message: finding.message,
            at,
            related,
            help: (!finding.help.is_empty()).then_some(finding.help),
        }
    }

    /// Where a place is in the text.
    pub(crate) fn span(&mut self, place: &Place) -> Option<Span> {
        let display = &*place.source.file;
        let path = display.strip_prefix("catalog/").unwrap_or(display);
        let (file, text) = self.sources.find(path)?;
        let lines = self
            .files
            .entry(file)
            .or_insert_with(|| text.text.lines().collect());
        let first = place.source.line.saturating_sub(1) as usize;
        let lines = lines.get(first..).unwrap_or_default();
        let found = find(lines, &place.path).unwrap_or_else(|| whole_line(lines));
        let line = place.source.line + found.line as u32;
        let character = |byte: usize| {
            let before = lines
                .get(found.line)
                .and_then(|l| l.get(..byte))
                .unwrap_or_default();
            before.chars().count() as u32 + 1
        };
        let (column, end_column) = (character(found.start), character(found.end));
        Some(Span {
            file,
            line,
            column,
            end_line: line,
            end_column,
        })
    }
}

/// A stretch of one line, in bytes; the line counted from the first one looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    line: usize,
    start: usize,
    end: usize,
}

/// The last word of a path that is found by following it. A key is looked for inside the entry of
/// the word before it alone: the next entry may have the same key.
fn find(lines: &[&str], path: &[String]) -> Option<Stretch> {
    let mut found: Option<Stretch> = None;
    for word in path {
        let (line, byte) = found.map_or((0, 0), |f| (f.line, f.end));
        let inside = found.filter(|_| word.ends_with(':'));
        let end = inside.map_or(lines.len(), |f| end_of_entry(lines, f.line));
        let Some(next) = find_word(&lines[..end], word, line, byte) else {
            break;
        };
        found = Some(next);
    }
    found
}

/// The first line behind an entry: one that is not indented deeper than where it begins.
fn end_of_entry(lines: &[&str], line: usize) -> usize {
    let indent = |text: &str| text.len() - text.trim_start().len();
    let own = lines.get(line).map_or(0, |text| indent(text));
    let after = lines.iter().enumerate().skip(line + 1);
    let mut outside = after.filter(|(_, text)| !text.trim().is_empty() && indent(text) <= own);
    outside.next().map_or(lines.len(), |(at, _)| at)
}

fn find_word(lines: &[&str], word: &str, line: usize, byte: usize) -> Option<Stretch> {
    let mut from = byte;
    for (number, text) in lines.iter().enumerate().skip(line) {
        if number > 0 && text.starts_with("---") {
            return None;
        }
        if let Some((start, end)) = in_line(text, word, from) {
            return Some(Stretch {
                line: number,
                start,
                end,
            });
        }
        from = 0;
    }
    None
}

/// The first place of a word in a line, from a byte on; a key without its colon.
fn in_line(text: &str, word: &str, from: usize) -> Option<(usize, usize)> {
    let (name, is_key) = word
        .strip_suffix(':')
        .map_or((word, false), |name| (name, true));
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let stands_alone = |&(start, _): &(usize, &str)| {
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + name.len()..).unwrap_or_default();
        let comment = before.starts_with('#') || before.contains(" #");
        let free = !before.ends_with(inside) && !after.starts_with(inside);
        free && !comment && (!is_key || after.trim_start_matches(['"', '\'']).starts_with(':'))
    };
    let (start, _) = text
        .match_indices(name)
        .skip_while(|(start, _)| *start < from)
        .find(stands_alone)?;
    Some((start, start + name.len()))
}

fn whole_line(lines: &[&str]) -> Stretch {
    let text = lines.first().copied().unwrap_or_default();
    let start = text.len() - text.trim_start().len();
    Stretch {
        line: 0,
        start,
        end: text.trim_end().len(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Stretch, find};

    fn at(text: &str, path: &[&str]) -> Option<Stretch> {
        let lines: Vec<&str> = text.lines().collect();
        let path: Vec<String> = path.iter().map(|w| (*w).to_owned()).collect();
        find(&lines, &path)
    }

    #[test]
    fn follows_a_path_within_its_document() {
        let text = "event: A\nkeys: 1 # key: no\nkey: id\n---\nevent: B\nkey: sku";
        let key = Stretch {
            line: 2,
            start: 0,
            end: 3,
        };
        assert_eq!(at(text, &["key:"]), Some(key));
        assert_eq!(
            at(text, &["key:", "id"]),
            Some(Stretch {
                line: 2,
                start: 5,
                end: 7
            })
        );
        assert_eq!(
            at(text, &["key:", "sku"]),
            Some(key),
            "not beyond the document"
        );
        assert_eq!(at(text, &["owner:"]), None);
    }

    #[test]
    fn a_key_is_of_its_own_entry() {
        let text = "consumes:\n  A:\n    reads: [x]\n  B:\n    retry: 1";
        let a = at(text, &["A", "retry:"]).unwrap();
        assert_eq!(a.line, 1, "not the retry of B");
        assert_eq!(at(text, &["B", "retry:"]).unwrap().line, 4);
    }

    #[test]
    fn takes_whole_words_only() {
        let text = "publishes: [OrderPlacedTwice, OrderPlaced]";
        let found = at(text, &["publishes:", "OrderPlaced"]);
        assert_eq!(
            found,
            Some(Stretch {
                line: 0,
                start: 30,
                end: 41
            })
        );
    }
}
