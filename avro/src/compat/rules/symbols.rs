//! Symbols that only one side has.

use super::Place;

/// The writer's symbols that the reader lacks, with their positions.
pub(super) fn lost<'p>(place: &Place<'p, '_>) -> Vec<(usize, &'p str)> {
    let Some((writer, reader)) = place.enums() else {
        return Vec::new();
    };
    beyond(&writer.symbols, &reader.symbols)
}

/// The reader's symbols that the writer lacks.
pub(super) fn new<'a>(place: &Place<'_, 'a>) -> Vec<(usize, &'a str)> {
    let Some((writer, reader)) = place.enums() else {
        return Vec::new();
    };
    beyond(&reader.symbols, &writer.symbols)
}

fn beyond<'a>(ours: &'a [String], known: &[String]) -> Vec<(usize, &'a str)> {
    let known: std::collections::HashSet<&String> = known.iter().collect();
    let all = ours.iter().enumerate();
    all.filter(|(_, symbol)| !known.contains(symbol))
        .map(|(at, symbol)| (at, symbol.as_str()))
        .collect()
}

/// The names, as many as a sentence bears.
pub(super) fn names(symbols: &[(usize, &str)]) -> String {
    few(symbols.iter().map(|(_, name)| (*name).to_owned()))
}

/// The first names of a list.
pub(super) fn few(mut names: impl Iterator<Item = String>) -> String {
    const MOST: usize = 10;
    let first: Vec<String> = names.by_ref().take(MOST).collect();
    let first = first.join(", ");
    match names.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
