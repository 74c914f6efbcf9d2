//! The steps of `cargo xtask test`, in the order in which a failure is most telling.

use super::{Outcome, all, browser};
use crate::verbs::shared;
use crate::{catalog::root, child, exit::Exit};

/// One step.
pub(super) struct Step {
    /// What is tested.
    pub(super) name: &'static str,
    pub(super) run: fn() -> Outcome,
    /// Whether it installs, starts and stops real servers.
    pub(super) servers: bool,
}

/// All steps.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "tests without servers",
        run: workspace,
        servers: false,
    },
    Step {
        name: "generated files are current",
        run: generated,
        servers: false,
    },
    Step {
        name: "the documentation site in a browser",
        run: site,
        servers: false,
    },
    Step {
        name: "the page of live figures in a browser",
        run: page,
        servers: false,
    },
    Step {
        name: "Avro's Java library and apache-avro",
        run: referees,
        servers: false,
    },
    Step {
        name: "both engines of streams, 200 random declarations",
        run: parity,
        servers: false,
    },
    Step {
        name: "AsyncAPI documents before AsyncAPI's own parser",
        run: asyncapi,
        servers: false,
    },
    Step {
        name: "the shop under faults, seeds 1 to 20",
        run: chaos,
        servers: false,
    },
    Step {
        name: "transports and stores on the real servers",
        run: real_servers,
        servers: true,
    },
    Step {
        name: "Kafka by TLS and SCRAM",
        run: openssl,
        servers: true,
    },
    Step {
        name: "the servers themselves: start, stop, kill, cluster",
        run: stack,
        servers: true,
    },
    Step {
        name: "the shop on the real servers",
        run: shop,
        servers: true,
    },
    Step {
        name: "bad input, redrive, foreign clients, pauses, streams shared by two",
        run: mishaps,
        servers: true,
    },
    Step {
        name: "the unsafe code under Miri or AddressSanitizer",
        run: watched,
        servers: false,
    },
];

fn workspace() -> Outcome {
    all(&[&|| test(&["--no-fail-fast"])])
}

fn generated() -> Outcome {
    all(&[&|| child::ourselves(&["gen", "--check"])])
}

/// The sites of the example, of an imported document, and of a thousand events.
fn site() -> Outcome {
    all(&[&browser::installed, &browser::sites, &browser::look])
}

/// The analytics service's page, while the demo places its orders.
fn page() -> Outcome {
    all(&[&browser::installed, &build, &browser::watch])
}

/// Bytes, values, verdicts and resolution, held against two other implementations.
fn referees() -> Outcome {
    all(&[
        &java_is_there,
        &|| child::program("mvn", &["-q", "-B", "-f", "avro/java/pom.xml", "package"]),
        &|| {
            test(&[
                "--test=java",
                "--test=apache",
                "--test=referees",
                "--",
                "--ignored",
            ])
        },
    ])
}

/// The tests of the generated application, in a folder outside of what is generated; then the
/// embedded engine, record for record against Kafka Streams.
fn parity() -> Outcome {
    let folder = format!("-Dbuild.folder={}", root().join("target/streams").display());
    let project = ["-q", "-B", "-f", "generated/streams/pom.xml"];
    let own = [&project[..], &[&folder, "test"]].concat();
    all(&[&java_is_there, &|| child::program("mvn", &own), &|| {
        test(&["--test=parity", "--", "--ignored"])
    }])
}

/// The example's AsyncAPI documents, and those of the golden crates, without a warning.
fn asyncapi() -> Outcome {
    const FOLDER: &str = "xtask/referees/asyncapi";
    if !child::answers("npm", &["--version"]) {
        return Outcome::NotRun("Node.js is not installed; it comes with `apt-get install npm`");
    }
    let validate = || {
        let script = format!("{FOLDER}/validate.js");
        let documents = match asyncapi_documents() {
            Ok(documents) => documents,
            Err(error) => return Exit::failed(&error),
        };
        let arguments = std::iter::once(script.as_str());
        let arguments = arguments.chain(documents.iter().map(String::as_str));
        child::program("node", &arguments.collect::<Vec<_>>())
    };
    let quiet = ["--silent", "--no-audit", "--no-fund"];
    // Versions are pinned; what is installed already is left as it is.
    let install = || {
        child::program(
            "npm",
            &[&["install", "--prefix", FOLDER], &quiet[..]].concat(),
        )
    };
    all(&[&install, &validate])
}

/// Paths, from the repository, of generated AsyncAPI documents.
fn asyncapi_documents() -> std::io::Result<Vec<String>> {
    let mut crates = vec!["generated".to_owned()];
    let golden = "codegen/tests/emit";
    for entry in std::fs::read_dir(root().join(golden))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        crates.push(format!("{golden}/{name}/expected"));
    }
    let mut found = Vec::new();
    for folder in crates {
        let whole = format!("{folder}/asyncapi.yaml");
        if root().join(&whole).is_file() {
            found.push(whole);
        }
        let of_services = format!("{folder}/asyncapi");
        // A catalog without services has no such folder.
        for entry in std::fs::read_dir(root().join(&of_services))
            .into_iter()
            .flatten()
        {
            let name = entry?.file_name().to_string_lossy().into_owned();
            found.push(format!("{of_services}/{name}"));
        }
    }
    found.sort();
    Ok(found)
}

/// A JDK and Maven, from the distribution where they are missing.
fn java_is_there() -> Exit {
    if child::answers("mvn", &["--version"]) {
        return Exit::Done;
    }
    eprintln!("installing a JDK and Maven");
    match child::install(&["default-jdk-headless", "maven"]) {
        Exit::Done => Exit::Done,
        _ => Exit::failed(&"install a JDK (17 or later) and Maven, then run this again"),
    }
}

fn chaos() -> Outcome {
    let seeds = (1..=20).map(|seed: u32| {
        let args = ["--chaos".to_owned(), seed.to_string()];
        child::run("demo", &args, &[])
    });
    seeds
        .into_iter()
        .find(|exit| *exit != Exit::Done)
        .unwrap_or(Exit::Done)
        .into()
}

/// What every transport, store and adaptor does on its server.
fn real_servers() -> Outcome {
    let more = [
        "--no-fail-fast",
        "--test=real_*",
        "--test=smtp",
        "--",
        "--ignored",
        "--test-threads=2",
    ];
    let tests = [
        &["run", "--", "cargo"],
        &shared::arguments("test", &more)[..],
    ]
    .concat();
    // Built before, so that servers do not wait for compilers.
    all(&[&build, &|| shared::run("stack", &tests)])
}

/// What needs a librdkafka with OpenSSL: a build of its own.
fn openssl() -> Outcome {
    let headers = || {
        if child::answers("pkg-config", &["--exists", "openssl"]) {
            return Exit::Done;
        }
        eprintln!("installing OpenSSL's headers");
        match child::install(&["libssl-dev", "pkg-config"]) {
            Exit::Done => Exit::Done,
            _ => Exit::failed(&"install OpenSSL's headers and pkg-config, then run this again"),
        }
    };
    let tests = [
        "test",
        "--quiet",
        "-p=herald",
        "-p=provision",
        "--features=herald/kafka-tls,herald/rabbitmq,provision/kafka-tls",
        "--test=real_secured",
        "--test=real_access",
    ];
    let built = || child::cargo(&[&tests[..], &["--no-run"]].concat(), &[]);
    let ignored = ["--", "--ignored", "--test-threads=2"];
    let on_servers = [&["run", "--", "cargo"], &tests[..], &ignored[..]].concat();
    all(&[&build, &headers, &built, &|| {
        shared::run("stack", &on_servers)
    }])
}

/// Installation, ports, health, killed and paused servers, clusters; what Compose says of its file.
fn stack() -> Outcome {
    let real = ["--test=real", "--", "--ignored", "--test-threads=1"];
    all(&[&build, &|| test(&real), &|| {
        shared::run("stack", &["compose", "--check"])
    }])
}

/// Five processes; then each of them killed once; then each server away for a while.
fn shop() -> Outcome {
    let demo = |more: &[&str]| {
        let stack = ["--stack"];
        shared::run("demo", &[&stack, more].concat())
    };
    all(&[&build, &|| demo(&[]), &|| demo(&["--kill=1"]), &|| {
        demo(&[
            "--outage=kafka",
            "--outage=rabbitmq",
            "--outage=postgres",
            "--outage=mongodb",
            "--outage=registry",
            "--outage=mail",
        ])
    }])
}

/// The services as programs and the program `dlq`; each test brings servers of its own.
fn mishaps() -> Outcome {
    let arguments = ["--ignored", "--test-threads=1"];
    all(&[&build, &|| {
        test(&[&["--test=servers", "--"], &arguments[..]].concat())
    }])
}

/// The programs and tests of the shared build.
fn build() -> Exit {
    match shared::cargo("build", &[]) {
        Exit::Done => test(&["--no-run"]),
        failed => failed,
    }
}

/// `cargo test` in the shared build.
fn test(args: &[&str]) -> Exit {
    shared::cargo("test", args)
}

/// Miri sees more, but comes with few toolchains; `AddressSanitizer` comes with every nightly one.
fn watched() -> Outcome {
    if child::answers("cargo", &["+nightly", "miri", "--version"]) {
        return all(&[&|| {
            child::program(
                "cargo",
                &[
                    "+nightly",
                    "miri",
                    "test",
                    "-p=herald-avro",
                    "--lib",
                    "codec::raw",
                ],
            )
        }]);
    }
    match child::host_triple("nightly") {
        Some(host) => all(&[&|| {
            println!("Miri is not installed; AddressSanitizer stands in");
            let target = format!("--target={host}");
            child::program_with(
                "cargo",
                &[
                    "+nightly",
                    "test",
                    "-p=herald-avro",
                    "--lib",
                    &target,
                    "codec",
                ],
                &[("RUSTFLAGS", "-Zsanitizer=address")],
            )
        }]),
        None => {
            Outcome::NotRun("there is no nightly toolchain; `rustup toolchain add nightly -c miri`")
        }
    }
}
