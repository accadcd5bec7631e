//! The programs that are asked: each a process of its own, ended when it is dropped.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::people::People;

/// A server that listens.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// `tessera-center serve` as it is, its log going into a file; with settings as the environment names them.
    pub(crate) fn center(people: &People, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tessera-center"));
        let log = people.folder.path().join("log");
        command
            .arg("serve")
            .env_clear()
            .env("TESSERA_CENTER__DATA", people.folder.path())
            .env("TESSERA_CENTER__DATABASE__URL", &people.database.url)
            .env("TESSERA_CENTER__SERVER__LISTEN", "127.0.0.1:0")
            .stderr(std::fs::File::create(&log).unwrap());
        for (name, value) in settings {
            command.env(format!("TESSERA_CENTER__{name}"), value);
        }
        Self::start(command).unwrap_or_else(|| panic!("{}", std::fs::read_to_string(log).unwrap()))
    }

    /// The minimal handler over the same database.
    pub(crate) fn bare(people: &People) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("--bare").arg(&people.database.url);
        Self::start(command).expect("it says where it answers")
    }

    /// Starts it; none when it ends without a word.
    fn start(mut command: Command) -> Option<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next()?.unwrap();
        let address = first.rsplit("://").next().unwrap().parse().unwrap();
        // The rest of what it says has a reader until it ends.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { child, address })
    }

    /// How long its threads have been at work; none where the system does not tell.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        // A tick is a hundredth of a second on every Linux (USER_HZ).
        Some(Duration::from_millis(ticks * 10))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
