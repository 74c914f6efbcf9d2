//! `cargo xtask release`: freezes the current versions.

use herald_codegen::{model::Settings, release};

use crate::{catalog::CatalogArgs, exit::Exit};

/// Arguments of `release`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    catalog: CatalogArgs,
}

/// Writes what is not frozen yet; what is frozen is never written again.
pub(crate) fn run(args: &Args) -> Exit {
    let folder = args.catalog.folder();
    let settings = Settings {
        runtime: String::new(),
        standalone: false,
        today: None,
        missing_refs: args.catalog.missing_refs(),
    };
    let loaded = match herald_codegen::load(&folder, settings) {
        Ok(loaded) => loaded,
        Err(failure) => return args.catalog.fail(&failure),
    };
    match release::release(&loaded.model, &folder) {
        Ok(frozen) if frozen.is_empty() => {
            println!("every current version is released already");
            Exit::Done
        }
        Ok(frozen) => {
            for path in frozen {
                println!("{path}");
            }
            Exit::Done
        }
        Err(error) => Exit::failed(&error),
    }
}
