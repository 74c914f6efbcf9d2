//! The documentation site in headless Chromium: links, search by keyboard, folding, widths, themes,
//! accessibility; and the page of live figures. What it is looked at with is installed below `target/browser`.

use std::{fs, path::PathBuf};

use crate::{catalog::root, child, exit::Exit};

/// Events of the largest site.
const EVENTS: &str = "1000";

/// The largest of the real AsyncAPI documents that the repository has.
const DOCUMENT: &str = "codegen/tests/asyncapi/springwolf-amqp/source/asyncapi.json";

/// The programs that look, in the repository.
const PROGRAMS: &str = "codegen/tests/site/browser";

fn folder() -> PathBuf {
    root().join("target/browser")
}

/// A path below the folder, as an argument.
fn below(path: &str) -> String {
    folder().join(path).display().to_string()
}

/// Chromium, Node and the pinned packages of npm.
pub(super) fn installed() -> Exit {
    let needed = [("chromium", "chromium"), ("node", "nodejs"), ("npm", "npm")];
    let missing: Vec<&str> = needed
        .iter()
        .filter(|(program, _)| !child::answers(program, &["--version"]))
        .map(|(_, package)| *package)
        .collect();
    if !missing.is_empty() {
        eprintln!("installing {}", missing.join(", "));
        if child::install(&missing) != Exit::Done {
            return Exit::failed(&"install Chromium, Node and npm, then run this again");
        }
    }
    let from = root().join(PROGRAMS);
    let copied = fs::create_dir_all(folder()).and_then(|()| {
        ["package.json", "package-lock.json"]
            .iter()
            .try_for_each(|file| fs::copy(from.join(file), folder().join(file)).map(drop))
    });
    if let Err(error) = copied {
        return Exit::failed(&error);
    }
    let quiet = [
        "--no-fund",
        "--no-audit",
        "--ignore-scripts",
        "--prefer-offline",
    ];
    let prefix = ["--prefix".to_owned(), below("")];
    let mut args = vec!["ci"];
    args.extend(quiet);
    args.extend(prefix.iter().map(String::as_str));
    child::program("npm", &args)
}

/// Writes the sites: the example's, an imported document's, and one of a thousand events.
pub(super) fn sites() -> Exit {
    let catalog = below("thousand");
    if let Err(error) = fs::remove_dir_all(&catalog)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Exit::failed(&error);
    }
    let program = format!("{PROGRAMS}/synthetic.mjs");
    let (example, thousand) = (below("example-site"), below("thousand-site"));
    let imported = below("imported-site");
    let calls: [&dyn Fn() -> Exit; 4] = [
        &|| child::ourselves(&["docs", "--catalog", DOCUMENT, "--out", &imported]),
        &|| child::ourselves(&["docs", "--out", &example]),
        &|| child::program("node", &[&program, &catalog, EVENTS]),
        // A thousand events that nobody meant have their warnings.
        &|| child::ourselves(&["docs", "--catalog", &catalog, "--out", &thousand]),
    ];
    let failed = calls
        .iter()
        .map(|call| call())
        .find(|exit| *exit != Exit::Done);
    failed.unwrap_or(Exit::Done)
}

/// Watches the page of the analytics service, which the demo serves.
pub(super) fn watch() -> Exit {
    match child::path_of_built("demo") {
        Ok(demo) => child::program(
            "node",
            &[
                "services/analytics/tests/browser/page.mjs",
                &below(""),
                &demo.display().to_string(),
                "services/demo/data/orders.jsonl",
            ],
        ),
        Err(error) => Exit::failed(&error),
    }
}

/// Looks at them.
pub(super) fn look() -> Exit {
    let program = format!("{PROGRAMS}/check.mjs");
    let sites = ["example-site", "imported-site", "thousand-site"].map(below);
    let mut args = vec![program, below("")];
    args.extend(sites);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    child::program("node", &args)
}
