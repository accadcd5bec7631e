//! The real program, as these tests and the suite's start it.
#![allow(clippy::disallowed_methods, reason = "what another process does is waited for on the real clock")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_tessera-center");
/// Long enough for a slow machine; nothing waits so long when all is well.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Settings by the names of their environment variables, without what all of them begin with.
pub(crate) type Settings<'a> = &'a [(&'a str, &'a str)];

pub(crate) fn program(folder: &Path, settings: Settings<'_>) -> Command {
    configured(Command::new(PROGRAM), folder, settings)
}

/// Another program, or one behind another, with the same settings.
pub(crate) fn configured(mut command: Command, folder: &Path, settings: Settings<'_>) -> Command {
    command.current_dir(folder).env_clear().env("TESSERA_CENTER__SERVER__LISTEN", "127.0.0.1:0");
    for (name, value) in settings {
        command.env(format!("TESSERA_CENTER__{name}"), value);
    }
    command
}

pub(crate) fn run(folder: &Path, settings: Settings<'_>, arguments: &[&str]) -> Output {
    program(folder, settings).args(arguments).output().unwrap()
}

/// A server that is killed when it is dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) metrics: Option<SocketAddr>,
    pub(crate) errors: PathBuf,
}

impl Server {
    pub(crate) fn start(folder: &Path, settings: Settings<'_>) -> Self {
        Self::try_start(program(folder, settings), folder).unwrap_or_else(|said| panic!("{said}"))
    }

    /// Runs `serve` until it says where it answers; else gives what it said instead.
    pub(crate) fn try_start(mut command: Command, folder: &Path) -> Result<Self, String> {
        let errors = folder.join(format!("stderr-{}", std::fs::read_dir(folder).unwrap().count()));
        let shows_metrics = command
            .get_envs()
            .any(|(name, value)| name.to_string_lossy().ends_with("METRICS_LISTEN") && value.is_some());
        let mut child = command
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&errors).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(first) = lines.next() else {
            child.wait().unwrap();
            return Err(std::fs::read_to_string(&errors).unwrap());
        };
        let address = first.unwrap().rsplit("://").next().unwrap().parse().unwrap();
        let mut metrics = None;
        if shows_metrics {
            let line = lines.find(|line| line.as_ref().unwrap().starts_with("metrics: ")).unwrap().unwrap();
            let at = line.trim_start_matches("metrics: http://").trim_end_matches("/metrics");
            metrics = Some(at.parse().unwrap());
        }
        Ok(Self { child, address, metrics, errors })
    }

    pub(crate) fn try_connect(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        self.try_connect().unwrap()
    }

    /// Sends these bytes on a connection of its own and gives all that comes back until it is closed.
    pub(crate) fn say(&self, bytes: &[u8]) -> String {
        let Ok(mut stream) = self.try_connect() else { return String::new() };
        // A server that closes early is an answer, too.
        let _ = stream.write_all(bytes);
        all_of(&mut stream)
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.say(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes())
    }

    /// What it counts at the moment.
    pub(crate) fn counted(&self) -> String {
        let mut stream = TcpStream::connect(self.metrics.unwrap()).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        all_of(&mut stream)
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Ends it as a loss of power would, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it ends by itself.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let mut ended = None;
        until(|| {
            ended = self.child.try_wait().unwrap();
            ended.is_some()
        });
        ended.unwrap()
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.errors).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for what another process does.
pub(crate) fn until(mut done: impl FnMut() -> bool) {
    let mut left = PATIENCE;
    while !done() {
        let pause = Duration::from_millis(20);
        std::thread::sleep(pause);
        left = left.checked_sub(pause).expect("it did not happen in time");
    }
}

pub(crate) fn all_of(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub(crate) fn post_of(body: &str, length: usize) -> String {
    format!(
        "POST /v1/login HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}
