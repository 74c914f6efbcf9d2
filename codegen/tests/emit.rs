//! Golden crates: each folder of `tests/emit` holds a catalog and everything that is generated from
//! it. `UPDATE_GOLDEN=1 cargo test -p herald-codegen --test emit` writes them anew.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "site/snippets.rs"]
mod snippets;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use herald_codegen::{build, files::Files, model::Settings};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emit");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

/// What the catalog of a case gives; the runtime's path leads from `expected` to it.
fn generated(case: &Path) -> Files {
    let settings = Settings {
        runtime: "../../../../../runtime".to_owned(),
        standalone: true,
        today: None,
        ..Settings::default()
    };
    match build(&case.join("catalog"), settings) {
        Ok(built) => built.files,
        Err(failure) => panic!("{}: {failure:?}", case.display()),
    }
}

/// The files below a folder, by path with forward slashes.
fn files_below(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.exists() {
            let name = path
                .strip_prefix(folder)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    files
}

fn write(files: &Files, folder: &Path) {
    for (path, contents) in files.iter() {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
}

#[test]
fn output_is_as_expected() {
    for case in cases() {
        let files = generated(&case);
        let expected = case.join("expected");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            drop(fs::remove_dir_all(&expected));
            write(&files, &expected);
        }
        let expected = files_below(&expected);
        let paths: Vec<&str> = files.iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            expected.keys().map(String::as_str).collect::<Vec<_>>()
        );
        for (path, contents) in files.iter() {
            assert_eq!(contents, expected[path], "{}: {path}", case.display());
        }
    }
}

#[test]
fn output_is_what_rustfmt_writes() {
    for case in cases() {
        let expected = case.join("expected");
        let output = Command::new("rustfmt")
            .args(["--check", "--edition", "2024"])
            .args([
                expected.join("src/lib.rs"),
                expected.join("tests/roundtrip.rs"),
            ])
            .output()
            .unwrap();
        let diff = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{diff}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn two_runs_give_the_same_bytes() {
    for case in cases() {
        assert_eq!(generated(&case), generated(&case));
    }
}

/// A field more changes the event's file and schema, whoever else stands in the same source file,
/// and the AsyncAPI documents, which spell out the payload.
#[test]
fn a_new_field_touches_its_own_event_alone() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emit/services");
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-field");
    drop(fs::remove_dir_all(&copy));
    fs::create_dir_all(copy.join("catalog")).unwrap();
    for (path, text) in files_below(&case.join("catalog")) {
        let first = "doc: A parcel is here.\nkey: parcel\nfields:\n";
        let more = "  weight: { type: \"int?\", unit: g, doc: Its weight. }\n";
        let text = text.replace(first, &format!("{first}{more}"));
        fs::write(copy.join("catalog").join(path), text).unwrap();
    }
    let (before, after) = (generated(&case), generated(&copy));
    let paths = |files: &Files| {
        files
            .iter()
            .map(|(path, _)| path.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(paths(&before), paths(&after));
    let changed: Vec<&str> = after
        .iter()
        .filter(|(path, contents)| before.get(path) != Some(contents))
        .map(|(path, _)| path)
        .collect();
    let (documents, changed): (Vec<&str>, Vec<&str>) =
        changed.into_iter().partition(|p| p.starts_with("asyncapi"));
    assert!(documents.contains(&"asyncapi.yaml"), "{documents:?}");
    let own = [
        "avro/depot.goods.ParcelArrived.avsc",
        "src/events/parcel_arrived.rs",
    ];
    assert_eq!(changed, own);
}

/// Each crate compiles without a warning, documentation included, and its round-trip test passes; so
/// does the Rust on the pages of its site.
#[test]
fn output_compiles_and_passes_its_own_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    for case in cases() {
        let crate_folder = temporary.join(case.file_name().unwrap());
        drop(fs::remove_dir_all(&crate_folder));
        write(&generated(&case), &crate_folder);
        let manifest = crate_folder.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        let runtime = root.join("runtime");
        fs::write(
            &manifest,
            text.replace("../../../../../runtime", runtime.to_str().unwrap()),
        )
        .unwrap();
        let loaded = herald_codegen::load(&case.join("catalog"), Settings::default());
        let Ok(loaded) = loaded else {
            panic!("{} has no model", case.display());
        };
        let shown = snippets::program(&snippets::snippets(&loaded.model));
        fs::write(crate_folder.join("tests/snippets.rs"), shown).unwrap();
        // The versions that the workspace uses, which are there already.
        fs::copy(root.join("Cargo.lock"), crate_folder.join("Cargo.lock")).unwrap();
        let cargo = |arguments: &[&str]| {
            let output = Command::new(env!("CARGO"))
                .args(arguments)
                .current_dir(&crate_folder)
                .env("CARGO_TARGET_DIR", temporary.join("target"))
                .env("CARGO_PROFILE_DEV_DEBUG", "0")
                .output()
                .unwrap();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {errors}", case.display());
        };
        cargo(&["rustc", "--offline", "--lib", "--", "-D", "warnings"]);
        cargo(&["test", "--offline", "--quiet"]);
    }
}
