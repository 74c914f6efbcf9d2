//! No text, however damaged, makes the generator panic: a good catalog is mutated at random.

use herald_codegen::{
    check,
    diagnostic::{self, Color},
    model::Settings,
    resolve,
    source::Sources,
    syntax,
};
use proptest::prelude::*;

const GOOD: &str = include_str!("mutations/good.yaml");
const SCHEMA: &str = include_str!("mutations/legacy.avsc");

/// Pieces of the language, put where they do not belong.
const PIECES: [&str; 36] = [
    ":",
    "-",
    "{",
    "}",
    "[",
    "]",
    ",",
    "?",
    "|",
    "&a",
    "*a",
    "!!int",
    "\"",
    "'",
    "\n",
    "\n---\n",
    "\t",
    "  ",
    "~",
    "null",
    "true",
    "99999999999999999999",
    "-1",
    "decimal(1, 2)",
    "map<",
    ">",
    "[T]?",
    "OrderPlaced",
    "event: X\n",
    "type: A\nfields: { a: A }\n",
    "\u{feff}",
    "\u{0}",
    "注文",
    "👍",
    "#",
    "<<: ",
];

#[derive(Debug, Clone)]
enum Mutation {
    Remove {
        at: usize,
        length: usize,
    },
    Insert {
        at: usize,
        piece: usize,
    },
    Repeat {
        at: usize,
        length: usize,
    },
    Move {
        from: usize,
        length: usize,
        to: usize,
    },
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = || 0..GOOD.chars().count();
    prop_oneof![
        (at(), 1_usize..40).prop_map(|(at, length)| Mutation::Remove { at, length }),
        (at(), 0..PIECES.len()).prop_map(|(at, piece)| Mutation::Insert { at, piece }),
        (at(), 1_usize..80).prop_map(|(at, length)| Mutation::Repeat { at, length }),
        (at(), 1_usize..80, at()).prop_map(|(from, length, to)| Mutation::Move {
            from,
            length,
            to
        }),
    ]
}

fn apply(text: &mut Vec<char>, mutation: &Mutation) {
    let size = text.len();
    let range = |at: usize, length: usize| at.min(size)..(at + length).min(size);
    match *mutation {
        Mutation::Remove { at, length } => drop(text.drain(range(at, length))),
        Mutation::Insert { at, piece } => {
            drop(text.splice(at.min(size)..at.min(size), PIECES[piece].chars()));
        }
        Mutation::Repeat { at, length } => {
            let part = text[range(at, length)].to_vec();
            text.splice(at.min(size)..at.min(size), part);
        }
        Mutation::Move { from, length, to } => {
            let part: Vec<char> = text.drain(range(from, length)).collect();
            let to = to.min(text.len());
            text.splice(to..to, part);
        }
    }
}

/// Runs the whole pipeline short of the disk; every finding is rendered.
fn run(text: String) -> usize {
    let files = [
        ("a.yaml".to_owned(), text),
        ("legacy.avsc".to_owned(), SCHEMA.to_owned()),
    ];
    let sources = Sources::new(files);
    let settings = Settings {
        runtime: "../runtime".into(),
        standalone: true,
        today: None,
        ..Settings::default()
    };
    let outcome = syntax::parse(&sources, Vec::new()).and_then(|documents| {
        let model = resolve::resolve(&documents, &sources, settings)?;
        check::check(&model, &documents, &sources)
    });
    let (Ok(found) | Err(found)) = outcome;
    found
        .iter()
        .map(|d| diagnostic::render(d, &sources, Color::No).len())
        .sum()
}

#[test]
fn the_catalog_that_is_mutated_is_good() {
    assert_eq!(run(GOOD.to_owned()), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_catalogs_give_findings_and_no_panic(mutations in prop::collection::vec(mutation(), 1..6)) {
        let mut text: Vec<char> = GOOD.chars().collect();
        for mutation in &mutations {
            apply(&mut text, mutation);
        }
        run(text.into_iter().collect());
    }

    #[test]
    fn any_text_gives_findings_and_no_panic(text in "\\PC{0,200}") {
        run(text);
    }
}
