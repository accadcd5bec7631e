//! Another program, written in Python: started, asked where it is, listened to, and ended.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// The Python that has the peers; none is said and skips the test.
pub(crate) fn python() -> Option<PathBuf> {
    let named = std::env::var_os("TESSERA_PEERS_PYTHON").map(PathBuf::from);
    if named.is_none() {
        eprintln!(
            "skipped: TESSERA_PEERS_PYTHON names no Python with aiosmtpd, moto and schemathesis (cargo xtask interop center makes one)"
        );
    }
    named
}

/// A file beside this one.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(name)
}

/// A peer that says its port on its first line and then one JSON object a line.
pub(crate) struct Peer {
    child: Child,
    pub(crate) address: SocketAddr,
    said: Arc<Mutex<Vec<Value>>>,
}

impl Peer {
    pub(crate) fn start(python: &Path, name: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(python);
        command.arg("-u").arg(script(name)).args(arguments).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap_or_else(|| panic!("{name} ended at once")).unwrap();
        let port: u16 = first.trim().parse().unwrap_or_else(|_| panic!("{name} said {first}"));
        let said: Arc<Mutex<Vec<Value>>> = Arc::default();
        let heard = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // What is no JSON is of the peer's own logging.
                heard.lock().unwrap().extend(serde_json::from_str::<Value>(&line).ok());
            }
        });
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), said }
    }

    pub(crate) fn said(&self) -> Vec<Value> {
        self.said.lock().unwrap().clone()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
