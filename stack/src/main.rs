//! The stack without the rest of the workspace: `stack up [NAME…] [--cluster]`, `status [--export [SERVICE]]`,
//! `down [NAME… | --all]`, `wipe`, `endpoints`, `compose [--check]`, `run -- PROGRAM [ARGUMENT…]`.

use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;

use stack::{Console, Error, Home, Options};

const USAGE: &str = "usage: stack up [NAME...] [--cluster] | status [--export [SERVICE]] | down [NAME... | --all] | wipe | endpoints | compose [--check] | run -- PROGRAM [ARGUMENT...]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((verb, rest)) = arguments.split_first() else {
        return fail(USAGE);
    };
    if verb == "run" {
        let program = rest.strip_prefix(&["--".to_owned()]).unwrap_or(rest);
        let ended = Home::find().and_then(|home| stack::with(&home, program, &Console::new()));
        return match ended {
            Ok(status) => status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .map_or(ExitCode::FAILURE, ExitCode::from),
            Err(error) => fail(&format!("error: {error}")),
        };
    }
    match run(verb, rest) {
        Ok(Some(text)) => print(&text),
        Ok(None) => fail(USAGE),
        Err(error) => fail(&format!("error: {error}")),
    }
}

/// The answer on standard output; `None` for a verb there is not.
fn run(verb: &str, rest: &[String]) -> Result<Option<String>, Error> {
    let (home, console) = (Home::find()?, Console::new());
    let lines = |rows: Vec<stack::Row>| {
        if rows.is_empty() {
            return "nothing runs; `cargo xtask up` starts the servers\n".to_owned();
        }
        let lines: Vec<_> = rows.iter().map(ToString::to_string).collect();
        lines.join("\n") + "\n"
    };
    Ok(Some(match verb {
        "up" => {
            let cluster = rest.iter().any(|word| word == "--cluster");
            let components = rest
                .iter()
                .filter(|word| *word != "--cluster")
                .cloned()
                .collect();
            lines(stack::up(
                &home,
                &Options {
                    components,
                    cluster,
                },
                &console,
            )?)
        }
        "status" if rest.first().is_some_and(|word| word == "--export") => {
            let service = rest.get(1).map(String::as_str);
            match stack::exports(&stack::endpoints(&home)?, service) {
                none if none.is_empty() => return Err(Error::Nothing),
                lines => lines,
            }
        }
        "status" => lines(stack::status(&home)?) + &others(&home)?,
        "down" if *rest == ["--all"] => {
            format!("{} stopped\n", stack::down_all(&home, &console)?.len())
        }
        "down" => {
            let stopped = stack::down(&home, rest, &console)?.len();
            format!("{stopped} stopped\n{}", others(&home)?)
        }
        "wipe" => stack::wipe(&home).map(|()| String::new())?,
        "endpoints" => format!("{:#?}\n", stack::endpoints(&home)?),
        "compose" if rest.iter().any(|word| word == "--check") => {
            stack::check_compose(&home, &console)?;
            "Compose takes the file\n".to_owned()
        }
        "compose" => stack::compose(),
        _ => return Ok(None),
    }))
}

/// What demos and tests run, or left behind when they were killed.
fn others(home: &Home) -> Result<String, Error> {
    let mut text = String::new();
    for inner in home.inner()? {
        let running = stack::running(&inner)?;
        if !running.is_empty() {
            let (folder, names) = (inner.dir().display(), running.join(", "));
            let _ = writeln!(
                text,
                "in {folder} run {names}; `cargo xtask down --all` stops them too"
            );
        }
    }
    Ok(text)
}

fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}

fn fail(text: &str) -> ExitCode {
    // Nobody reads a closed standard error.
    let _ = writeln!(std::io::stderr(), "{text}");
    ExitCode::from(2)
}
