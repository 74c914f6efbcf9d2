//! Released versions: `released/<Full.Name>/v<N>.avsc`.

use std::collections::BTreeMap;

use crate::{
    diagnostic::{Diagnostic, codes},
    model::ReleasedVersion,
    source::{Sources, Span},
};

/// Released versions by message name, lowest first.
pub(crate) fn released(
    sources: &Sources,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Vec<ReleasedVersion>> {
    let mut released: BTreeMap<String, Vec<ReleasedVersion>> = BTreeMap::new();
    for (id, file) in sources.iter() {
        let Some(rest) = file.path.strip_prefix("released/") else {
            continue;
        };
        let Some((full_name, version)) = parts(rest) else {
            let message = format!("`{rest}` is not a released version");
            let help = "files in `released/` are `<Full.Name>/v<N>.avsc`; `cargo xtask release` writes them";
            out.push(
                Diagnostic::new(
                    codes::BAD_RELEASED,
                    message,
                    Span::start_of(id),
                    "does not belong here",
                )
                .help(help),
            );
            continue;
        };
        let name = full_name.rsplit('.').next().unwrap_or(full_name);
        released
            .entry(name.to_owned())
            .or_default()
            .push(ReleasedVersion {
                version,
                full_name: full_name.to_owned(),
                schema: file.text.clone(),
                path: file.path.clone(),
            });
    }
    for versions in released.values_mut() {
        versions.sort_by_key(|v| v.version);
    }
    released
}

fn parts(path: &str) -> Option<(&str, u32)> {
    let (full_name, file) = path.split_once('/')?;
    let digits = file.strip_prefix('v')?.strip_suffix(".avsc")?;
    let version: u32 = digits.parse().ok()?;
    (version > 0 && version.to_string() == digits).then_some((full_name, version))
}
