//! No document, however damaged, makes the generator panic: each is cut at 20 places, and edited
//! 20 times at random. `HERALD_ASYNCAPI_DOCUMENTS=DIR` takes the documents below another folder too.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use herald_codegen::{
    asyncapi::{self, MissingRefs},
    check,
    diagnostic::{self, Color, Severity},
    emit, read, resolve, syntax,
};

use super::{cases, files_below, settings};

const TIMES: u64 = 20;

/// What is put where it does not belong.
const PIECES: [&str; 30] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "\"",
    "'",
    "&a ",
    "*a ",
    "<<: ",
    "$ref",
    "null",
    "true",
    "-1",
    "1e999",
    "99999999999999999999",
    "\u{0}",
    "\u{feff}",
    "注文",
    "\\ud83d",
    "#/",
    "allOf",
    "type: [object, 'null']\n",
    "\"$ref\": \"#/components\",",
    "$ref: '#'\n",
    "oneOf: [{}]\n",
];

/// A small generator of numbers (xorshift64*), the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap_or_default() % end.max(1)
    }
}

/// Removes, repeats, inserts or exchanges a piece of a text.
fn edited(text: &str, random: &mut Random) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = random.below(chars.len());
    let end = (at + 1 + random.below(40)).min(chars.len());
    let (before, piece, after) = (&chars[..at], &chars[at..end], &chars[end..]);
    let put: Vec<char> = PIECES[random.below(PIECES.len())].chars().collect();
    let other = random.below(chars.len());
    let other = &chars[other..(other + piece.len()).min(chars.len())];
    let parts: Vec<&[char]> = match random.below(4) {
        0 => vec![before, after],
        1 => vec![before, piece, piece, after],
        2 => vec![before, &put, piece, after],
        _ => vec![before, other, after],
    };
    parts.concat().into_iter().collect()
}

/// Goes through every stage in memory; how it ended.
fn outcome(files: &BTreeMap<String, String>) -> &'static str {
    let bytes = files
        .iter()
        .map(|(p, t)| (p.clone(), t.clone().into_bytes()));
    let (sources, unread) = read::from_bytes(bytes);
    let generated = syntax::parse_all(&sources, unread, MissingRefs::Allowed).and_then(|parsed| {
        let mut model = resolve::resolve(&parsed.documents, &sources, settings())?;
        let mut said = check::drop_unfit(&mut model, &parsed.documents, &sources);
        said.extend(check::check(&model, &parsed.documents, &sources)?);
        Ok((emit::emit(&model), said, parsed.warnings))
    });
    let (word, said) = match generated {
        Ok((files, said, warnings)) => {
            files.unwrap();
            ("generated", said.into_iter().chain(warnings).collect())
        }
        Err(errors) => {
            let wrong = errors.iter().any(|d| d.severity == Severity::Error);
            assert!(wrong, "refused without an error");
            ("refused", errors)
        }
    };
    for diagnostic in &said {
        diagnostic::render(diagnostic, &sources, Color::No);
    }
    word
}

/// Folders with documents: the cases, and one that is named.
fn folders() -> Vec<PathBuf> {
    let more = std::env::var_os("HERALD_ASYNCAPI_DOCUMENTS").map(PathBuf::from);
    let cases = cases().into_iter().map(|case| case.join("source"));
    cases.chain(more).collect()
}

/// The document, by its file's name, with the files that it refers to.
fn around(document: &Path) -> BTreeMap<String, String> {
    let (sources, _) = read::read(document);
    let files = sources
        .iter()
        .map(|(_, f)| (f.path.clone(), f.text.clone()));
    files.collect()
}

#[test]
fn damaged_documents_are_refused_or_read() {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut documents = 0;
    for folder in folders() {
        let files = files_below(&folder);
        let all = files.iter().filter(|(p, t)| asyncapi::is_document(p, t));
        for (path, text) in all {
            documents += 1;
            let mut files = around(&folder.join(path));
            let name = path.rsplit('/').next().unwrap_or(path);
            assert_eq!(files.get(name), Some(text), "{path}");
            let mut random = Random(seed(path));
            let ends: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
            let cuts = (0..TIMES)
                .map(|_| ("cut", random.below(ends.len())))
                .collect::<Vec<_>>();
            for (what, at) in cuts {
                files.insert(name.to_owned(), text[..ends[at]].to_owned());
                *counts.entry((what, outcome(&files))).or_default() += 1;
            }
            for _ in 0..TIMES {
                files.insert(name.to_owned(), edited(text, &mut random));
                *counts.entry(("edited", outcome(&files))).or_default() += 1;
            }
        }
    }
    println!("{documents} documents: {counts:?}");
    let total: usize = counts.values().sum();
    assert_eq!(total, documents * 40);
    assert!(
        counts.keys().any(|(_, how)| *how == "generated"),
        "{counts:?}"
    );
    assert!(
        counts.keys().any(|(_, how)| *how == "refused"),
        "{counts:?}"
    );
}

fn seed(path: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    path.bytes().fold(start, step) | 1
}

#[test]
fn deep_wide_and_doubling_documents_end() {
    let head = "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\nchannels:\n  a:\n    messages:\n";
    let nested = format!(
        "{head}      M: {{payload: {}}}",
        "{type: array, items: ".repeat(400)
    );
    let closed = format!("{nested}{}", "}".repeat(400));
    let mut doubling = "x: &a0 [1]\n".to_owned();
    for i in 1..60 {
        let before = i - 1;
        let line = format!("x{i}: &a{i} [*a{before}, *a{before}]\n");
        doubling.push_str(&line);
    }
    let properties = (0..2000).map(|i| format!("p{i}: {{type: string}}"));
    let properties = properties.collect::<Vec<_>>().join(", ");
    let wide =
        format!("{head}      M: {{payload: {{type: object, properties: {{{properties}}}}}}}");
    let long = "x".repeat(10_000);
    let named = format!(
        "{head}      {long}: {{payload: {{type: object, properties: {{{long}: {{type: string, enum: [{long}]}}}}}}}}"
    );
    let chain: Vec<String> = (0..500)
        .map(|i| format!("    S{i}: {{allOf: [{{$ref: '#/components/schemas/S{}'}}, {{properties: {{p{i}: {{type: string}}}}}}]}}\n", i + 1))
        .collect();
    let chained = format!(
        "{head}      M: {{payload: {{$ref: '#/components/schemas/S0'}}}}\ncomponents:\n  schemas:\n{}    S500: {{type: object}}\n",
        chain.concat()
    );
    for text in [
        &nested,
        &closed,
        &format!("{head}{doubling}"),
        &wide,
        &named,
        &chained,
    ] {
        let files = BTreeMap::from([("a.yaml".to_owned(), text.clone())]);
        outcome(&files);
    }
}
