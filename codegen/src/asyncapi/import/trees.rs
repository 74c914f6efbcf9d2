//! The texts of AsyncAPI documents, and of the files that they refer to, as trees.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::{
    asyncapi::{each_ref, import::file_of, is_document},
    diagnostic::{Diagnostic, codes},
    source::{FileId, Sources, Span},
    syntax::{self, Node},
};

/// All trees. Their nodes stay where they are, so that a node's address identifies it.
pub(super) struct Trees<'t> {
    /// The root of each file that was read.
    pub(super) roots: BTreeMap<FileId, Node<'t>>,
    /// AsyncAPI documents, of a version that is read.
    pub(super) documents: Vec<FileId>,
    /// Files that are not of the catalog's own language.
    pub(super) files: BTreeSet<FileId>,
}

impl<'t> Trees<'t> {
    /// Reads the documents and whatever they refer to.
    pub(super) fn read(
        sources: &'t Sources,
        broken: &HashSet<FileId>,
        out: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut trees = Trees {
            roots: BTreeMap::new(),
            documents: Vec::new(),
            files: BTreeSet::new(),
        };
        let mut open = Vec::new();
        for (id, file) in sources.iter() {
            let frozen = file.path.starts_with("released/");
            if frozen || !is_document(&file.path, &file.text) {
                continue;
            }
            trees.files.insert(id);
            open.push(id);
        }
        let documents = open.clone();
        while let Some(id) = open.pop() {
            let Some(file) = sources.get(id).filter(|_| !broken.contains(&id)) else {
                continue;
            };
            if trees.roots.contains_key(&id) {
                continue;
            }
            let Some(root) = syntax::foreign(id, &file.path, &file.text, out) else {
                continue;
            };
            each_ref(&root, &mut |reference| {
                let named = file_of(&file.path, reference);
                if let Some((other, _)) = named.and_then(|path| sources.find(&path)) {
                    trees.files.insert(other);
                    open.push(other);
                }
            });
            trees.roots.insert(id, root);
        }
        for id in documents {
            if trees
                .roots
                .get(&id)
                .is_some_and(|root| is_read(id, root, out))
            {
                trees.documents.push(id);
            }
        }
        trees
    }

    /// The root of a file.
    pub(super) fn root(&self, file: FileId) -> Option<&Node<'t>> {
        self.roots.get(&file)
    }
}

/// Whether a document is of version 3.
fn is_read(file: FileId, root: &Node<'_>, out: &mut Vec<Diagnostic>) -> bool {
    let Some(version) = root.get("asyncapi") else {
        let message = "an AsyncAPI document is a mapping with the key `asyncapi`";
        let at = Span::start_of(file);
        let help = "begin it with `asyncapi: 3.1.0`";
        out.push(Diagnostic::new(codes::ASYNCAPI, message, at, "has none").help(help));
        return false;
    };
    let text = version.text().unwrap_or_default();
    let diagnostic = match text.split('.').next() {
        Some("3") => return true,
        Some("1" | "2") => Diagnostic::new(
            codes::ASYNCAPI_VERSION,
            format!("this document is of AsyncAPI {text}, and version 3 is what is read"),
            version.span,
            "not read",
        )
        .help(
            "convert it with AsyncAPI's own tool: `npx @asyncapi/cli convert FILE \
             --target-version 3.0.0 --output FILE`",
        ),
        _ => Diagnostic::new(
            codes::ASYNCAPI_VERSION,
            "the version of AsyncAPI is none that is known",
            version.span,
            "expected `3.0.0` or later",
        )
        .help("write `asyncapi: 3.1.0`"),
    };
    out.push(diagnostic);
    false
}
