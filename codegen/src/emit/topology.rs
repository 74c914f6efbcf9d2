//! Emitter: the topology of each environment as static data, and the function that finds it.

mod parts;

use quote::{format_ident, quote};

use super::{EmitError, docs, literal::Literal, rust_file::RustFile, tokens};
use crate::{
    files::{Contents, Files},
    ident,
    model::{Deployment, Model},
};

/// Writes `src/topology.rs` and a file below it per environment.
pub(super) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    for (name, deployment) in model.deployments() {
        let path = format!("src/topology/{}.rs", ident::rust_module(name));
        files.add(path, environment(model, name, deployment))?;
    }
    files.add("src/topology.rs", lookup(model)?)?;
    Ok(())
}

/// The module that finds an environment's topology by its name.
fn lookup(model: &Model) -> Result<String, EmitError> {
    let mut file = RustFile::new(None, "crate", []);
    file.about(vec![
        "Topics, queues and services of each environment.".to_owned(),
    ]);
    file.imports.item("herald::topology", "Topology");
    let mut modules: Vec<(&str, String)> = model
        .deployments()
        .map(|(name, _)| (name, ident::rust_module(name)))
        .collect();
    modules.sort_by(|a, b| a.1.cmp(&b.1));
    let declared: Vec<String> = modules.iter().map(|(_, m)| format!("mod {m};")).collect();
    let names = modules.iter().map(|(name, _)| *name);
    let idents = modules.iter().map(|(_, module)| format_ident!("{module}"));
    let first = " The topology of an environment; `default` is the catalog without overrides.";
    let function = quote! {
        #[doc = #first]
        pub fn topology(environment: &str) -> Option<&'static Topology> {
            match environment {
                #(#names => Some(&#idents::TOPOLOGY),)*
                _ => None,
            }
        }
    };
    tokens::item(&mut file.body, function)?;
    Ok(file.into_text_with(&declared))
}

fn environment(model: &Model, name: &str, deployment: &Deployment) -> Contents {
    let source = model.environments.get(name).map(|e| &*e.source.file);
    let mut file = RustFile::new(source.or(Some(&model.system.source.file)), "super", []);
    file.imports.item("herald::topology", "Topology");
    let code = &mut file.body;
    let doc = model.environments.get(name).and_then(|e| e.doc.as_deref());
    let first = format!("Topics, queues and services of environment `{name}`.");
    docs::outer(code, &[first, doc.map(docs::text).unwrap_or_default()]);
    let whole = Literal::Struct(
        "Topology",
        vec![
            ("system", Literal::text(&model.system.name)),
            ("environment", Literal::text(name)),
            ("topics", Literal::path("TOPICS")),
            ("exchange", Literal::text(&deployment.exchange)),
            ("queues", Literal::path("QUEUES")),
            ("services", Literal::path("SERVICES")),
        ],
    );
    whole.write(code, "pub(super) static TOPOLOGY: Topology = ", ";");
    section(&mut file, "TOPICS", "Topic", parts::topics(deployment));
    let queues = parts::queues(model, deployment);
    section(&mut file, "QUEUES", "Queue", queues);
    let services = parts::services(model, deployment);
    section(&mut file, "SERVICES", "ServiceTopology", services);
    file.into_contents()
}

/// Literals of thousands of topics take many times the room of their text: each is written as it is
/// made.
fn section(file: &mut RustFile, name: &str, ty: &str, items: impl Iterator<Item = Literal>) {
    let RustFile { imports, body, .. } = file;
    imports.item("herald::topology", ty);
    let items = items.inspect(|item| {
        item.for_each_name(&mut |name| drop(imports.item("herald::topology", name)));
    });
    body.blank();
    Literal::write_all(items, body, &format!("static {name}: &[{ty}] = "), ";");
}
