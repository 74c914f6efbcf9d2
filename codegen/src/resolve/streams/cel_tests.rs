use super::{Ast, AstKind, parse};

fn parts(text: &str, ast: &Ast, out: &mut Vec<String>) {
    out.push(text[ast.at.0..ast.at.1].to_owned());
    match &ast.kind {
        AstKind::Select(of, _) | AstKind::Has(of) | AstKind::Unary(_, of) => {
            parts(text, of, out);
        }
        AstKind::List(items) => items.iter().for_each(|i| parts(text, i, out)),
        AstKind::Binary(_, a, b) | AstKind::Index(a, b) => {
            parts(text, a, out);
            parts(text, b, out);
        }
        AstKind::If(a, b, c) => [a, b, c].into_iter().for_each(|p| parts(text, p, out)),
        AstKind::Call { target, args, .. } => {
            for part in target.iter().map(|t| &**t).chain(args) {
                parts(text, part, out);
            }
        }
        _ => {}
    }
}

fn places(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    parts(text, &parse(text).unwrap(), &mut out);
    out
}

#[test]
fn every_part_knows_its_place() {
    assert_eq!(
        places("a.b > decimal(\"0\") && ! (c in [1, -2])"),
        [
            "a.b > decimal(\"0\") && ! (c in [1, -2]",
            "a.b > decimal(\"0\")",
            "a.b",
            "a",
            "decimal(\"0\")",
            "\"0\"",
            "! (c in [1, -2]",
            "c in [1, -2]",
            "c",
            "[1, -2]",
            "1",
            "-2",
        ]
    );
    assert_eq!(
        places("m[\"ö\"].orValue(x) == has(a.b)"),
        [
            "m[\"ö\"].orValue(x) == has(a.b)",
            "m[\"ö\"].orValue(x)",
            "m[\"ö\"]",
            "m",
            "\"ö\"",
            "x",
            "has(a.b)",
            "a.b",
            "a",
        ]
    );
}

#[test]
fn what_is_no_expression_is_told_in_plain_words() {
    let told = |text: &str| {
        let problem = parse(text).unwrap_err();
        (problem.message, problem.at.0)
    };
    assert_eq!(told("a + "), ("the expression ends too early".into(), 4));
    assert_eq!(
        told("a b"),
        ("`b` does not belong here in an expression".into(), 2)
    );
    assert_eq!(
        told("a / 2"),
        ("division is not part of the subset".into(), 2)
    );
    assert_eq!(told("'a"), ("a text does not end".into(), 0));
    assert_eq!(told(""), ("there is no expression".into(), 0));
}

#[test]
fn hostile_texts_end_soon() {
    let hostile = [
        format!("{}1{}", "(".repeat(900), ")".repeat(900)),
        "(".repeat(3_900),
        "-".repeat(3_000),
        "a+".repeat(1_900),
        "a ".repeat(1_900),
        "!".repeat(149) + "a",
        format!("{}1", "a?b:".repeat(70)),
        format!("{}1", "a+".repeat(149)),
        format!("a{}", ".a".repeat(149)),
        format!("{}1{}", "[".repeat(16), "]".repeat(16)),
        format!("{}1", "(".repeat(16)),
        "a[".repeat(16),
    ];
    for text in &hostile {
        // What matters is that an answer comes.
        drop(parse(text));
    }
}
