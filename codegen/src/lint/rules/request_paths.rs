//! # What it does
//!
//! Finds requests of one service whose paths its router cannot tell apart: two that differ in the
//! names of their parameters only, and paths that every service answers itself.
//!
//! # Why is this bad
//!
//! A router keeps one pattern for a place in the tree of paths. With `/orders/{order_id}` and
//! `/orders/{id}` it does not know which name the parameter has, and the service ends at its start.
//! `/health/live`, `/health/ready` and `/metrics` are there in every service.
//!
//! # Example
//!
//! ```yaml
//! service: order
//! owner: order-team
//! doc: Does its part.
//! store: postgres
//! requests:
//!   GetOrder: { get: "/orders/{order_id}", returns: OrderView, doc: Reads an order. }
//!   CancelOrder: { delete: "/orders/{id}", doc: Cancels an order. }
//! ```
//!
//! Use one name for one thing:
//!
//! ```yaml
//! service: order
//! owner: order-team
//! doc: Does its part.
//! store: postgres
//! requests:
//!   GetOrder: { get: "/orders/{order_id}", returns: OrderView, doc: Reads an order. }
//!   CancelOrder: { delete: "/orders/{order_id}", doc: Cancels an order. }
//! ```

use std::collections::HashMap;

use crate::{
    lint::{Finding, Index, Place},
    model::Request,
};

/// What the runtime answers in every service.
const TAKEN: [&str; 3] = ["/health/live", "/health/ready", "/metrics"];

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for service in index.model.services().values() {
        let mut first: HashMap<String, &Request> = HashMap::new();
        for request in &service.requests {
            let path = &request.path;
            if TAKEN.contains(&path.trim_end_matches('/')) {
                let message = format!("every service answers `{path}` itself");
                let finding = Finding::new(place(request), message)
                    .label("taken")
                    .help("choose another path");
                findings.push(finding);
            }
            let before = *first.entry(shape(path)).or_insert(request);
            if before.path != *path {
                let message = format!(
                    "a router cannot tell `{path}` from `{}` of `{}`",
                    before.path, before.name
                );
                let finding = Finding::new(place(request), message)
                    .label("same place, other names")
                    .also(place(before), format!("`{}`", before.name))
                    .help(format!("write `{}` in both", before.path));
                findings.push(finding);
            }
        }
    }
}

fn place(request: &Request) -> Place {
    Place::new(
        &request.source,
        [request.path.as_str(), request.name.as_str()],
    )
}

/// The path with all parameters alike.
fn shape(path: &str) -> String {
    let parts = path.split('/');
    let alike = parts.map(|part| if part.starts_with('{') { "{}" } else { part });
    alike.collect::<Vec<_>>().join("/")
}
