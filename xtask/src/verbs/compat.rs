//! `cargo xtask compat`: what a change of the catalog breaks, and whom.

mod against;
mod pairs;
mod print;

use std::{fs, path::PathBuf};

use clap::ValueEnum;
use herald_codegen::{
    Failure,
    compat::{self, Outcome, Severity, Side, files},
    model::Compatibility,
    read,
};

use crate::{catalog, exit::Exit};
use against::Against;
use print::Format;
pub(super) use print::diagnostics;

/// Arguments of `compat`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Two schema files, the old and the new, instead of a catalog.
    #[arg(value_names = ["OLD", "NEW"], num_args = 2, conflicts_with_all = ["pairs", "against", "fix"])]
    files: Vec<PathBuf>,
    /// Mode for two files.
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        requires = "files",
        default_value = "BACKWARD"
    )]
    mode: Mode,
    /// A file with one pair of schemas a line: `{"id", "old", "new", "samples": [{"hex"}]}`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["against", "fix"])]
    pairs: Option<PathBuf>,
    /// What the catalog is compared with: `released` (its frozen versions), `git:REV`,
    /// `registry:URL`, or the folder of another catalog.
    #[arg(long, value_name = "WHAT", default_value = "released")]
    against: Against,
    /// Folder of the catalog [default: the repository's `catalog`].
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
    /// Writes into the catalog what mends findings, where only one thing can be meant.
    #[arg(long)]
    fix: bool,
    /// The day that decides which waivers still hold, `YYYY-MM-DD` [default: today, UTC].
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<String>,
    /// Ends 1 for warnings, too.
    #[arg(long)]
    strict: bool,
    /// How findings are printed, on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A mode by the registry's spelling.
#[derive(Debug, Clone, Copy)]
struct Mode(Compatibility);

impl ValueEnum for Mode {
    fn value_variants<'a>() -> &'a [Self] {
        use Compatibility as C;
        &[
            Mode(C::Backward),
            Mode(C::BackwardTransitive),
            Mode(C::Forward),
            Mode(C::ForwardTransitive),
            Mode(C::Full),
            Mode(C::FullTransitive),
            Mode(C::None),
        ]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.as_str()))
    }
}

/// A day of the calendar.
fn day(text: &str) -> Result<String, String> {
    let day: jiff::civil::Date = text
        .parse()
        .map_err(|_| "write a day as 2027-01-31".to_owned())?;
    Ok(day.to_string())
}

/// Compares and reports.
pub(crate) fn run(args: &Args) -> Exit {
    if let Some(path) = &args.pairs {
        return pairs::run(path);
    }
    if let [old, new] = args.files.as_slice() {
        return two_files(args, old, new);
    }
    gate(args).unwrap_or_else(|failed| failed)
}

/// The catalog against what it was.
fn gate(args: &Args) -> Result<Exit, Exit> {
    let folder = args
        .catalog
        .clone()
        .unwrap_or_else(|| catalog::root().join("catalog"));
    let before = against::Before::read(&args.against, &folder)?;
    let today = args
        .today
        .clone()
        .unwrap_or_else(|| jiff::Timestamp::now().strftime("%F").to_string());
    let compared = |side: &Side| compat::compare(side, before.past(), Some(&today));
    let mut now = side(&folder)?;
    let mut outcome = compared(&now);
    if args.fix {
        let texts = compat::apply_fixes(&now.sources, &outcome.findings);
        for (path, text) in &texts {
            fs::write(folder.join(path), text)
                .map_err(|error| Exit::failed(&format!("{path}: {error}")))?;
            eprintln!("mended {path}");
        }
        if !texts.is_empty() {
            now = side(&folder)?;
            outcome = compared(&now);
        }
    }
    let view = compat::report::View {
        outcome: &outcome,
        now: &now.sources,
        before: before.sources(),
        against: &args.against.words(),
    };
    print::print(args.format, &view);
    Ok(exit(args, &outcome))
}

fn exit(args: &Args, outcome: &Outcome) -> Exit {
    let strict = args.strict && outcome.count(Severity::Warning) > 0;
    if outcome.breaks() || strict {
        Exit::Findings
    } else {
        Exit::Done
    }
}

/// Reads a catalog from its folder.
fn side(folder: &std::path::Path) -> Result<Side, Exit> {
    let (sources, unread) = read::read(folder);
    Side::new(sources, unread).map_err(|failure| failed(&failure))
}

/// Prints what is wrong with the catalog itself; a wrong catalog is a finding.
fn failed(failure: &Failure) -> Exit {
    match failure {
        Failure::Catalog(report) => {
            print::diagnostics(report);
            Exit::Findings
        }
        other => Exit::failed(other),
    }
}

fn two_files(args: &Args, old: &PathBuf, new: &PathBuf) -> Exit {
    let read = |path: &PathBuf| {
        fs::read_to_string(path)
            .map_err(|error| Exit::failed(&format!("{}: {error}", path.display())))
    };
    let (old_text, new_text) = match (read(old), read(new)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(exit), _) | (_, Err(exit)) => return exit,
    };
    let (old, new) = (old.display().to_string(), new.display().to_string());
    let file = |path, text| files::SchemaFile { path, text };
    let compared = files::compare(file(&old, &old_text), file(&new, &new_text), args.mode.0);
    match compared {
        Ok((outcome, now, before)) => {
            let view = compat::report::View {
                outcome: &outcome,
                now: &now,
                before: Some(&before),
                against: &old,
            };
            print::print(args.format, &view);
            exit(args, &outcome)
        }
        Err(error) => Exit::failed(&error),
    }
}
