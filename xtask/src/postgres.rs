//! A PostgreSQL of our own for the center's tests: in target/, on a free port, with nothing made safe against loss of power,
//! and stopped afterwards. A second one may be stopped and started by the test that wants to see that. PostgreSQL refuses to
//! run as root; then it runs as another user.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Failure, Outcome, capture, find_program, succeeds};
use crate::workspace;

/// The variable that the tests read: `postgres://user@host:port`, without a database.
const VARIABLE: &str = "TESSERA_TEST_POSTGRES";
/// The variable of the one that may be stopped: in lines, its address and the words of the `pg_ctl` for it.
const TO_STOP: &str = "TESSERA_TEST_POSTGRES_TO_STOP";

/// A server that is stopped when this is dropped.
pub(crate) struct Postgres {
    tools: PathBuf,
    data: PathBuf,
    user: Option<&'static str>,
    /// What [`VARIABLE`] is set to.
    pub(crate) url: String,
}

/// Those that tests get, stopped when this is dropped.
pub(crate) struct ForTests {
    shared: Option<Postgres>,
    to_stop: Option<Postgres>,
}

/// Starts them; without the programs for it there is none, and that is said.
pub(crate) fn start() -> Outcome<ForTests> {
    if std::env::var_os(VARIABLE).is_some() {
        println!("    PostgreSQL: the one that {VARIABLE} names");
        return Ok(ForTests { shared: None, to_stop: None });
    }
    let shared = start_own(Kind::Shared)?;
    let to_stop = if shared.is_some() { start_own(Kind::ToStop)? } else { None };
    Ok(ForTests { shared, to_stop })
}

impl ForTests {
    /// Tells tests where they are.
    pub(crate) fn tell(&self, tests: &mut Command) {
        if let Some(shared) = &self.shared {
            tests.env(VARIABLE, &shared.url);
        }
        if let Some(to_stop) = &self.to_stop {
            tests.env(TO_STOP, to_stop.control());
        }
    }
}

/// What a server is for.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// All tests; nothing happens to it.
    Shared,
    /// It is stopped as if it had crashed: what it acknowledged is to be there afterwards.
    ToStop,
}

fn start_own(kind: Kind) -> Outcome<Option<Postgres>> {
    let Some(tools) = tools() else {
        println!(
            "    skipped: the center's tests on PostgreSQL; initdb and pg_ctl are not here. SQLite's half runs"
        );
        return Ok(None);
    };
    let user = if is_root() {
        match ["postgres", "nobody"].into_iter().find(|user| succeeds(Command::new("id").arg("-u").arg(user)))
        {
            Some(user) if find_program("runuser").is_some() => Some(user),
            _ => {
                println!(
                    "    skipped: the center's tests on PostgreSQL, which does not run as root, and there is no other user"
                );
                return Ok(None);
            }
        }
    } else {
        None
    };
    let data = folder(kind, user)?;
    let port = free_port()?;
    let server = Postgres { url: format!("postgres://tessera@127.0.0.1:{port}"), tools, data, user };
    let cluster = server.data.join("cluster");
    capture(
        server
            .tool("initdb")
            .args([
                "--username=tessera",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--pgdata",
            ])
            .arg(&cluster),
    )?;
    let commit = match kind {
        Kind::Shared => "off",
        Kind::ToStop => "on",
    };
    let settings = format!(
        "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\nmax_connections = 400\n\
         fsync = off\nfull_page_writes = off\nsynchronous_commit = {commit}\n",
        server.data.display()
    );
    let configuration = cluster.join("postgresql.auto.conf");
    fs::write(&configuration, settings).map_err(|error| Failure::file("write", &configuration, &error))?;
    let log = server.data.join("log");
    // pg_ctl hands its output to the server, which would keep it open: it goes into the log instead.
    let started = server
        .tool("pg_ctl")
        .args(["start", "--wait", "--silent", "--log"])
        .arg(&log)
        .arg("--pgdata")
        .arg(&cluster)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    if !started.is_ok_and(|status| status.success()) {
        let said = fs::read_to_string(&log).unwrap_or_default();
        return Err(Failure::new(format!("PostgreSQL did not start:\n{said}")));
    }
    println!("    PostgreSQL: {} from {}, {kind:?}", server.url, server.tools.display());
    Ok(Some(server))
}

impl Postgres {
    fn control(&self) -> String {
        let control = self.tool("pg_ctl");
        let words = std::iter::once(control.get_program()).chain(control.get_args());
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        let cluster = self.data.join("cluster");
        [&self.url, &words.join("\n"), "--pgdata", &cluster.to_string_lossy()].join("\n")
    }

    fn tool(&self, name: &str) -> Command {
        let tool = self.tools.join(name);
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(tool);
                command
            }
            None => Command::new(tool),
        };
        // Where another user may be, whatever folder we were started in.
        command.current_dir("/");
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stop = |mode: &str| {
            succeeds(
                self.tool("pg_ctl")
                    .args(["stop", "--wait", "--silent", "--mode", mode, "--pgdata"])
                    .arg(self.data.join("cluster")),
            )
        };
        if stop("fast") || stop("immediate") {
            let _ = fs::remove_dir_all(&self.data);
        } else {
            eprintln!("    PostgreSQL in {} could not be stopped", self.data.display());
        }
    }
}

/// Where initdb and `pg_ctl` are: on PATH, or where Debian keeps them beside it; the newest.
fn tools() -> Option<PathBuf> {
    if cfg!(windows) {
        return None;
    }
    let on_path = find_program("initdb").filter(|_| find_program("pg_ctl").is_some());
    if let Some(found) = on_path {
        return found.parent().map(Path::to_path_buf);
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

/// A new folder that the server's user owns. Another user may not be able to reach target/ below a private home.
fn folder(kind: Kind, user: Option<&str>) -> Outcome<PathBuf> {
    let name = format!("tessera-postgres-{kind:?}-{}", std::process::id()).to_lowercase();
    let Some(user) = user else {
        let folder = workspace::target().join(name);
        fs::create_dir_all(&folder).map_err(|error| Failure::file("make", &folder, &error))?;
        return Ok(folder);
    };
    let inside = workspace::target().join(&name);
    for folder in [inside, std::env::temp_dir().join(&name)] {
        fs::create_dir_all(&folder).map_err(|error| Failure::file("make", &folder, &error))?;
        capture(Command::new("chown").arg(user).arg(&folder))?;
        if succeeds(
            Command::new("runuser").args(["-u", user, "--", "test", "-w"]).arg(&folder).current_dir("/"),
        ) {
            return Ok(folder);
        }
        let _ = fs::remove_dir_all(&folder);
    }
    Err(Failure::new(format!("there is no folder where the user {user} can write")))
}

fn free_port() -> Outcome<u16> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Failure::new(format!("no port is free: {error}")))
}

fn is_root() -> bool {
    capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_of_our_own_answers_and_leaves_nothing_behind() {
        let Some(server) = start_own(Kind::Shared).unwrap() else { return };
        let address = server.url.rsplit('@').next().unwrap().to_owned();
        assert!(std::net::TcpStream::connect(&address).is_ok());
        let data = server.data.clone();
        drop(server);
        assert!(std::net::TcpStream::connect(&address).is_err());
        assert!(!data.exists());
    }
}
