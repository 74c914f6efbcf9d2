//! The documentation site: the model → static HTML in memory.
//!
//! A pure function, as emitters are: [`build`] reads the model (and a changelog, where the caller
//! has one) and yields every file of the site. Pages link to each other by relative paths only, so
//! the folder opens from `file://` and from any path of any static host.
//!
//! One page kind a file in `pages/`; its template has the same name in `templates/site/`. A new
//! kind is such a file, a template, and a line in the table of `pages.rs`. What several kinds show
//! lies beside: the payload as a table (`fields.rs`), versions (`versions.rs`), drawings (`svg/`).

mod assets;
mod elsewhere;
mod expression;
mod fields;
mod graph;
mod highlight;
mod html;
mod links;
mod llms;
mod markdown;
mod model_json;
mod next;
mod pages;
mod policy;
mod render;
mod search;
mod svg;
mod travel;
mod versions;
mod words;

use rayon::prelude::*;

use crate::{
    emit::{EmitError, sample::Sampler},
    files::{Contents, Files},
    lint,
    model::Model,
};

use graph::Graph;
use links::Links;
use render::Renderer;

/// What the site is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The resolved catalog, with its released versions.
    pub model: &'a Model,
    /// What changed between two revisions of the catalog, in Markdown.
    pub changelog: Option<&'a str>,
}

/// A file: its path below the site, and its text.
type File = (String, Contents);

/// Files of one kind, or why they could not be made.
type Made = Result<Vec<File>, EmitError>;

/// What pages are made from: the model with its cross-references and the address of every page.
struct Site<'a> {
    model: &'a Model,
    changelog: Option<&'a str>,
    index: lint::Index<'a>,
    graph: Graph<'a>,
    links: Links,
    sampler: Sampler<'a>,
    renderer: Renderer,
}

impl<'a> Site<'a> {
    fn new(input: &Input<'a>) -> Result<Self, EmitError> {
        let model = input.model;
        let index = lint::Index::new(model);
        let graph = Graph::new(model);
        Ok(Self {
            links: Links::new(model),
            sampler: Sampler::new(model),
            renderer: Renderer::new(model, &graph)?,
            model,
            changelog: input.changelog,
            index,
            graph,
        })
    }
}

/// What the site has besides pages.
const OTHERS: &[fn(&Site<'_>) -> Vec<File>] =
    &[search::pages, model_json::pages, llms::pages, assets::pages];

/// Every file of the site.
///
/// # Errors
/// [`EmitError`] when a template cannot be filled, or two pages have one path.
pub fn build(input: &Input<'_>) -> Result<Files, EmitError> {
    let site = Site::new(input)?;
    let (pages, others): (Vec<Made>, Vec<Vec<File>>) = rayon::join(
        || {
            pages::PAGES
                .par_iter()
                .map(|(_, pages)| pages(&site))
                .collect()
        },
        || OTHERS.par_iter().map(|files| files(&site)).collect(),
    );
    let mut files = Files::new();
    for output in pages.into_iter().chain(others.into_iter().map(Ok)) {
        for (path, text) in output? {
            files.add(path, text)?;
        }
    }
    Ok(files)
}
