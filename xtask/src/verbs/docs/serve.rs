//! `docs --serve`: the site from memory, made anew when a file of the catalog changes.
//!
//! Pages that are served ask every second whether there is a newer site; the files that `docs`
//! writes hold nothing of that.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use herald_codegen::{Failure, files::Files, read};

use crate::{catalog::CatalogArgs, exit::Exit};

/// Longest request that is read, in bytes.
const LONGEST: u64 = 16 * 1024;

/// What a served page has besides.
const RELOAD: &str = "<script>(v=>setInterval(()=>fetch('/_version').then(r=>r.text()).then(t=>{if(v&&t!==v)location.reload();v=t}).catch(()=>{}),1000))('')</script>";

/// The site as it is now, and what it was made from.
struct Served {
    files: Files,
    version: u64,
}

/// Serves until it is stopped.
pub(super) fn serve(port: u16, catalog: &CatalogArgs, changelog: Option<&str>) -> Exit {
    let folder = catalog.folder();
    let version = version(&folder);
    let files = match super::files(catalog, changelog) {
        Ok((files, report)) => {
            catalog.print(&report);
            files
        }
        Err(failure) => return catalog.fail(&failure),
    };
    let listener = match TcpListener::bind(("127.0.0.1", port)) {
        Ok(listener) => listener,
        Err(error) => return Exit::failed(&format!("port {port} of this machine: {error}")),
    };
    println!("http://127.0.0.1:{port}/");
    let served = Arc::new(Mutex::new(Served { files, version }));
    let for_visitors = Arc::clone(&served);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let served = Arc::clone(&for_visitors);
            thread::spawn(move || {
                // A visitor that went away wants no answer.
                let _ = answer(stream, &served);
            });
        }
    });
    watch(&folder, catalog, changelog, &served)
}

/// Looks at the catalog twice a second.
fn watch(
    folder: &Path,
    catalog: &CatalogArgs,
    changelog: Option<&str>,
    served: &Mutex<Served>,
) -> Exit {
    let mut seen = version(folder);
    loop {
        thread::sleep(Duration::from_millis(500));
        let now = version(folder);
        if now == seen {
            continue;
        }
        seen = now;
        match super::files(catalog, changelog) {
            Ok((files, report)) => {
                catalog.print(&report);
                *served.lock().unwrap_or_else(PoisonError::into_inner) = Served {
                    files,
                    version: now,
                };
            }
            // The last good site stays until the catalog is good again.
            Err(Failure::Catalog(report)) => catalog.print(&report),
            Err(failure) => eprintln!("{failure}"),
        }
    }
}

/// A number that changes with any file of the catalog.
fn version(folder: &Path) -> u64 {
    let (sources, _) = read::read(folder);
    let mut hasher = DefaultHasher::new();
    for (_, file) in sources.iter() {
        file.path.hash(&mut hasher);
        file.text.hash(&mut hasher);
    }
    hasher.finish()
}

fn answer(mut stream: TcpStream, served: &Mutex<Served>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut line = String::new();
    BufReader::new(Read::by_ref(&mut stream).take(LONGEST)).read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_start_matches('/');
    let (status, kind, body) = found(path, served);
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body.as_bytes())
}

fn found(path: &str, served: &Mutex<Served>) -> (&'static str, &'static str, String) {
    let served = served.lock().unwrap_or_else(PoisonError::into_inner);
    if path == "_version" {
        return ("200 OK", "text/plain", served.version.to_string());
    }
    let index = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    match served.files.get(&index) {
        None => (
            "404 Not Found",
            "text/plain; charset=utf-8",
            format!("there is no {index}\n"),
        ),
        Some(text) => {
            let kind = kind(&index);
            let more = if kind.starts_with("text/html") {
                RELOAD
            } else {
                ""
            };
            ("200 OK", kind, format!("{text}{more}"))
        }
    }
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" | "avsc" => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}
