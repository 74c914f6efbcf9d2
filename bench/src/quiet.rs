//! What a service costs that has nothing to do.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::process;
use crate::timing::bound;

/// Joining groups and opening connections is over by then.
const SETTLING: Duration = Duration::from_secs(10);
/// What is measured.
const QUIET: Duration = Duration::from_secs(30);
/// How long it may take to be ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// Starts that service, told by this program's environment variables where its servers are, and
/// prints its CPU time and memory; true if both are within their bounds.
pub(crate) fn run(program: &str) -> Result<bool, Box<dyn Error>> {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let mut service = Command::new(program)
        .args(["--until-input-ends", "--listen", &address.to_string()])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    wait_until_ready(&mut service, address)?;
    std::thread::sleep(SETTLING);
    let (before, began) = (process::cpu(service.id())?, Instant::now());
    std::thread::sleep(QUIET);
    let cpu = process::cpu(service.id())? - before;
    let share = 100.0 * cpu / began.elapsed().as_secs_f64();
    let resident = process::resident_mib(service.id())? * 1.048_576;
    drop(service.stdin.take());
    service.wait()?;
    println!("\na quiet {program}");
    let idle = bound("CPU, of one core", share, 1.0, "%");
    let small = bound("resident memory", resident, 40.0, "MB");
    Ok(idle && small)
}

fn wait_until_ready(service: &mut Child, address: SocketAddr) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    while !is_ready(address) {
        if let Some(status) = service.try_wait()? {
            return Err(format!("the service ended with {status}: are its servers named?").into());
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("the service is not ready after {PATIENCE:?}").into());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET /health/ready HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.split(' ').nth(1) == Some("200"))
}
