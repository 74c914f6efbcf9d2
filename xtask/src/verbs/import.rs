//! `cargo xtask import`: AsyncAPI 3 documents → catalog files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use herald_codegen::asyncapi::{self, MissingRefs};

use crate::{
    catalog::{Format, print, root},
    exit::Exit,
};

/// Arguments of `import`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The document, or a folder of documents.
    #[arg(value_name = "DOC")]
    document: PathBuf,
    /// Folder of the catalog that is written [default: the repository's `catalog`].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Goes on where the document refers to what is not there, with a warning.
    #[arg(long)]
    allow_missing_refs: bool,
    /// How findings are printed: as text on stderr, or as JSON lines on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
enum Unwritten {
    #[error("{0} is there already and says something else; give another folder with `--out`")]
    Taken(PathBuf),
    #[error("{0} cannot be written: {1}")]
    Io(PathBuf, io::Error),
}

/// Writes the files; none of them where one would replace another.
pub(crate) fn run(args: &Args) -> Exit {
    let missing = if args.allow_missing_refs {
        MissingRefs::Allowed
    } else {
        MissingRefs::Refused
    };
    let out = args.out.clone().unwrap_or_else(|| root().join("catalog"));
    let converted = match asyncapi::convert(&args.document, missing) {
        Ok(converted) => converted,
        Err(herald_codegen::Failure::Catalog(report)) => {
            print(&report, args.format);
            return Exit::Findings;
        }
        Err(other) => return Exit::failed(&other),
    };
    print(&converted.report, args.format);
    let mut files = converted.files;
    // A catalog has one system: one that is there already stays.
    if out.join("system.yaml").exists() {
        files.retain(|(path, _)| path != "system.yaml");
    }
    match write(&out, &files) {
        Ok(()) => {
            if args.format == Format::Text {
                let paths = files.iter().map(|(path, _)| path.as_str());
                println!("{}", paths.collect::<Vec<_>>().join("\n"));
            }
            Exit::Done
        }
        Err(error) => Exit::failed(&error),
    }
}

fn write(out: &Path, files: &[(String, String)]) -> Result<(), Unwritten> {
    for (path, text) in files {
        let path = out.join(path);
        match fs::read(&path) {
            Ok(there) if there != text.as_bytes() => return Err(Unwritten::Taken(path)),
            _ => {}
        }
    }
    for (path, text) in files {
        let path = out.join(path);
        let folder = path.parent().unwrap_or(out);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| Unwritten::Io(path, error))?;
    }
    Ok(())
}
