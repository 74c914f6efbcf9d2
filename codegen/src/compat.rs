//! The compatibility gate: what a change of the catalog does to those who are deployed.
//!
//! [`compare`] takes the catalog as it is and what it was ([`Past`]), and finds everything that
//! breaks somebody, with the place on both sides, the services hurt and not hurt, a record that
//! proves it, what to write instead, and the order in which services can be deployed.
//!
//! `herald_avro::compat` judges payloads (C01 to C49); the rules in `rules/` judge what payloads do
//! not tell (C50 to C99). A new rule is a file there, whose head is its documentation, a line in
//! the table of `rules.rs` and a folder in `tests/compat/`.

mod advice;
mod attributes;
pub mod changelog;
mod entries;
pub mod files;
mod finding;
mod fix;
mod history;
mod impact;
mod judged;
mod paths;
mod place;
pub mod report;
mod rollout;
mod rules;
mod scene;
mod schemas;
mod topics;
mod waive;

use std::collections::BTreeMap;

use crate::{
    diagnostic::Diagnostic,
    model::{Model, ReleasedVersion},
    pipeline::{Failure, Report},
    resolve,
    source::Sources,
    syntax,
};

pub use finding::{Direction, Finding, Fix, Impact, Mark, Proof, Severity, When, Witness};
pub use fix::apply as apply_fixes;
pub use rollout::{Order, Rollout, Turn};
pub(crate) use waive::is_break_waived;

use judged::Judged;
use scene::Scene;
use waive::Waived;

/// A catalog, read for the gate.
#[derive(Debug)]
pub struct Side {
    /// Its files.
    pub sources: Sources,
    /// What it says.
    pub model: Model,
}

impl Side {
    /// Reads a catalog. What the gate judges itself does not stop it: lint, released versions, and
    /// fields under `reads` that are gone.
    ///
    /// # Errors
    /// [`Failure::Catalog`] with everything else that is wrong.
    pub fn new(sources: Sources, unread: Vec<Diagnostic>) -> Result<Self, Failure> {
        let documents = syntax::parse(&sources, unread);
        let model = documents.and_then(|d| resolve::resolve_for_gate(&d, &sources));
        match model {
            Ok(model) => Ok(Self { sources, model }),
            Err(errors) => Err(Failure::Catalog(Report::new(sources, errors))),
        }
    }
}

/// Versions of messages without the catalog around them, such as a registry's.
#[derive(Debug)]
pub struct Versions {
    sources: Sources,
    released: BTreeMap<String, Vec<ReleasedVersion>>,
}

impl Versions {
    /// From schemas by path, `released/<Full.Name>/v<N>.avsc`.
    ///
    /// # Errors
    /// [`Failure::Catalog`] with every path of another form.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, Failure> {
        let sources = Sources::new(files);
        let mut errors = Vec::new();
        let released = resolve::released::released(&sources, &mut errors);
        if errors.is_empty() {
            Ok(Self { sources, released })
        } else {
            Err(Failure::Catalog(Report::new(sources, errors)))
        }
    }

    /// The schemas' texts.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }
}

/// What a catalog is compared with.
#[derive(Debug, Clone, Copy)]
pub enum Past<'a> {
    /// Its own frozen versions.
    Frozen,
    /// Another catalog: an older revision, another folder.
    Catalog(&'a Side),
    /// Versions without a catalog.
    Versions(&'a Versions),
}

/// What the gate says.
#[derive(Debug)]
pub struct Outcome {
    /// Findings, the worst first, then by place.
    pub findings: Vec<Finding>,
    /// In which order to deploy.
    pub rollout: Rollout,
    /// How many findings waivers cover.
    pub waived: usize,
    /// How many messages were compared.
    pub messages: usize,
}

impl Outcome {
    /// Whether somebody breaks.
    pub fn breaks(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        let same = self.findings.iter().filter(|f| f.severity == severity);
        same.count()
    }
}

/// Compares a catalog with what it was. `today`, written `YYYY-MM-DD`, decides which waivers still
/// hold; without it all do.
pub fn compare(now: &Side, past: Past<'_>, today: Option<&str>) -> Outcome {
    let scene = Scene { now, past };
    let (mut findings, changes) = schemas::compare(&scene);
    let rollout = Rollout::new(&scene, &changes);
    let before_waivers = Waived::default();
    let judged = Judged {
        scene: &scene,
        changes: &changes,
        rollout: &rollout,
        waived: &before_waivers,
    };
    run(&judged, &mut findings, |code| code < WAIVERS);
    let found = findings.len();
    let waived = waive::apply(&now.model, today, &mut findings);
    let covered = found - findings.len();
    let judged = Judged {
        waived: &waived,
        ..judged
    };
    run(&judged, &mut findings, |code| code >= WAIVERS);
    place_all(now, past, &mut findings);
    let findings = group(findings);
    Outcome {
        findings,
        rollout,
        waived: covered,
        messages: now.model.messages().count(),
    }
}

/// The first code of the rules about waivers, which look at what all others found.
const WAIVERS: &str = "C98";

fn run(judged: &Judged<'_>, findings: &mut Vec<Finding>, which: impl Fn(&str) -> bool) {
    let whole = judged.scene.before().is_some();
    let rules = rules::RULES.iter().filter(|r| which(r.code));
    for rule in rules.filter(|r| whole || !r.needs_catalog) {
        let mut own = Vec::new();
        (rule.check)(judged, &mut own);
        findings.extend(own.into_iter().map(|mut finding| {
            rule.code.clone_into(&mut finding.code);
            finding.rule = rule.name;
            // A finding may be milder than its rule, never worse.
            finding.severity = finding.severity.max(rule.severity);
            finding
        }));
    }
}

/// Looks up where everything stands, and sorts.
fn place_all(now: &Side, past: Past<'_>, findings: &mut [Finding]) {
    let before = match past {
        Past::Frozen => None,
        Past::Catalog(side) => Some(&side.sources),
        Past::Versions(versions) => Some(&versions.sources),
    };
    let mut finder = place::Finder::new(&now.sources, before);
    for finding in findings.iter_mut() {
        finding.marks.sort_by_key(|mark| mark.when);
        finding.marks.iter_mut().for_each(|mark| finder.find(mark));
    }
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
}

fn order(f: &Finding) -> impl Ord + use<'_> {
    let place = f.marks.first().map(|m| (m.when, m.span));
    (f.severity, place, &f.code, &f.event, &f.path)
}

/// The same change of a shared type shows in every message that has the type: once is enough.
fn group(findings: Vec<Finding>) -> Vec<Finding> {
    let mut grouped: Vec<Finding> = Vec::new();
    for finding in findings {
        let place = finding.marks.first().map(|m| (m.when, m.span));
        let direction = finding.proof.as_ref().map(|p| p.direction);
        let same = |other: &&mut Finding| {
            other.record.is_some()
                && (&other.code, &other.record) == (&finding.code, &finding.record)
                && other.severity == finding.severity
                && other.marks.first().map(|m| (m.when, m.span)) == place
                && other.proof.as_ref().map(|p| p.direction) == direction
                && other.event != finding.event
        };
        match grouped.iter_mut().find(same) {
            Some(other) => {
                other.also.extend(finding.event);
                other.also.sort();
                other.also.dedup();
                other.hurt.extend(finding.hurt);
                other.unhurt.extend(finding.unhurt);
                settle(other);
            }
            None => grouped.push(finding),
        }
    }
    grouped
}

/// Who is hurt through one message is hurt; each service stands once.
fn settle(finding: &mut Finding) {
    finding.hurt.sort();
    finding.hurt.dedup_by(|b, a| a.service == b.service);
    let hurt: Vec<String> = finding.hurt.iter().map(|i| i.service.clone()).collect();
    finding.unhurt.retain(|i| !hurt.contains(&i.service));
    finding.unhurt.sort();
    finding.unhurt.dedup_by(|b, a| a.service == b.service);
}

/// A rule of the gate, whoever judges by it.
#[derive(Debug, Clone, Copy)]
pub struct RuleInfo {
    /// Code, such as `C07`.
    pub code: &'static str,
    /// Name in kebab case.
    pub name: &'static str,
    /// How bad its findings are at worst.
    pub severity: Severity,
    /// Whether it needs two whole catalogs.
    pub needs_catalog: bool,
    file: Option<&'static str>,
    schema: Option<herald_avro::compat::SchemaRule>,
}

impl RuleInfo {
    /// Whether it judges payloads; the other rules judge what surrounds them.
    pub fn is_about_payloads(&self) -> bool {
        self.schema.is_some()
    }

    /// Documentation in Markdown.
    pub fn docs(&self) -> String {
        let own = self.file.map(crate::lint::head);
        let schema = || self.schema.map(|rule| rule.documentation().to_owned());
        own.or_else(schema).unwrap_or_default()
    }
}

/// All rules by code: those about payloads, then those about catalogs.
pub fn rules() -> impl Iterator<Item = RuleInfo> {
    let payloads = herald_avro::compat::SchemaRule::ALL.iter();
    let payloads = payloads.map(|rule| RuleInfo {
        code: rule.code(),
        name: rule.name(),
        severity: rule.severity(),
        needs_catalog: false,
        file: None,
        schema: Some(*rule),
    });
    let own = rules::RULES.iter().map(|rule| RuleInfo {
        code: rule.code,
        name: rule.name,
        severity: rule.severity,
        needs_catalog: rule.needs_catalog,
        file: Some(rule.file),
        schema: None,
    });
    payloads.chain(own)
}
