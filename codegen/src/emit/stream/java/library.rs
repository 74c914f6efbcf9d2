//! Classes that are the same for every catalog.

/// The classes of these names, each from its file in `templates/streams/`.
macro_rules! classes {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../../templates/streams/", $name, ".java")))),*]
    };
}

/// Files that are the same for every catalog, by their names below the package's folder.
pub(super) const LIBRARY: &[(&str, &str)] = classes![
    "Address",
    "App",
    "Authorities",
    "CloseRequests",
    "CloseWindows",
    "Cluster",
    "Datum",
    "DeadLetters",
    "Emission",
    "Emit",
    "Groups",
    "Head",
    "HttpRegistry",
    "Ids",
    "Item",
    "Json",
    "KeyText",
    "LateRecords",
    "Message",
    "Numbers",
    "Outage",
    "Pair",
    "Queries",
    "Refused",
    "Registry",
    "Running",
    "Settings",
    "Stream",
    "Times",
    "Values",
    "Variables",
    "Web",
];
