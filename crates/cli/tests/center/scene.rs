//! A running center on SQLite with the demo's accounts, a vault that knows it, and conversations with the program.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use serde_json::Value;
use tessera_center::clock::{Clock, SystemClock, SystemRandomness, Unix};
use tessera_center::config::Tls;
use tessera_center::serve::Server;
use tessera_center::store::tables::message;
use tessera_center::{Center, Config, demo, outbox};
use tessera_center_api::key_list::RootKey;
use tessera_center_client::{CenterAddress, Fingerprint};
use tokio::runtime::Runtime;

use crate::authority::PrivateAuthority;
use crate::sandbox::{PASSWORD, Ran, Sandbox};

pub const ROOT_SEED: [u8; 32] = [7; 32];
pub const ALICE: &str = "alice@example.com";
/// What a conversation waits for at most: one period of codes, and the program's own time.
const PATIENCE: Duration = Duration::from_secs(90);

/// The machine's clock, and how far the center's is ahead of it: the program cannot be told another time.
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Unix {
        SystemClock.now() + self.0.load(Ordering::SeqCst)
    }
}

pub struct Scene {
    pub served: Arc<Center>,
    pub sandbox: Sandbox,
    pub runtime: Runtime,
    pub invitations: Vec<String>,
    server: Option<Server>,
    url: String,
    ahead: Arc<Ahead>,
    taken: Mutex<HashSet<String>>,
    _folder: tempfile::TempDir,
}

impl Scene {
    /// A center, and a vault that does not know it yet.
    pub fn bare() -> Self {
        Self::served_as("http://127.0.0.1", |_| None)
    }

    /// The same behind TLS, with a certificate for `localhost` of this authority.
    pub fn behind(authority: &PrivateAuthority) -> Self {
        Self::served_as("https://localhost", |folder| Some(authority.vouch_for("localhost", folder)))
    }

    fn served_as(url: &str, tls: impl FnOnce(&Path) -> Option<Tls>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let mut config = Config { data: folder.path().join("data"), ..Config::default() };
        config.server.listen = "127.0.0.1:0".into();
        config.server.tls = tls(folder.path());
        config.passwords.memory_kib = 64;
        config.passwords.passes = 1;
        config.rules.staff_age = 0;
        config.root_key = Some(RootKey::of(&SigningKey::from_bytes(&ROOT_SEED)).text());
        let ahead = Arc::new(Ahead(AtomicI64::new(0)));
        let clock: Arc<dyn Clock> = Arc::clone(&ahead) as _;
        let (served, server, invitations) = runtime.block_on(async {
            let served = Center::open_with(config, clock, Arc::new(SystemRandomness)).await.unwrap();
            let seeded = demo::seed(&served, false).await.unwrap();
            let tokens = seeded
                .invitations
                .iter()
                .map(|(_, token)| token.expose_secret().as_str().to_owned())
                .collect();
            let server = Server::start(Arc::clone(&served)).await.unwrap();
            (served, server, tokens)
        });
        let url = format!("{url}:{}", server.address().port());
        Self {
            served,
            sandbox: Sandbox::new(),
            runtime,
            invitations,
            server: Some(server),
            url,
            ahead,
            taken: Mutex::default(),
            _folder: folder,
        }
    }

    /// A center that the vault knows.
    pub fn start() -> Self {
        let scene = Self::bare();
        scene.sandbox.open(&["center", "add", &scene.link()]).exits(0);
        scene
    }

    /// The same with one of the demo's accounts signed in.
    pub fn signed_in(name: &str) -> Self {
        let scene = Self::start();
        scene.sign_in(name);
        scene
    }

    pub fn sign_in(&self, name: &str) -> Value {
        let ran =
            self.sandbox.open_with(&["center", "sign-in", name, "--json"], &format!("{}\n", demo::PASSWORD));
        ran.exits(0).json()
    }

    pub fn address(&self) -> &str {
        &self.url
    }

    pub fn link(&self) -> String {
        link(&self.url, &ROOT_SEED)
    }

    /// The center goes away.
    pub fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
    }

    /// The center's clock goes on.
    pub fn advance(&self, seconds: i64) {
        self.ahead.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn now(&self) -> u64 {
        self.served.now().try_into().unwrap()
    }

    /// The text of the newest message to an address that no test looked at before, and that holds `what`.
    fn unread(&self, address: &str, what: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut taken = self.taken.lock().unwrap();
        let all = self.runtime.block_on(async {
            let (mut all, mut place) = (Vec::new(), (i64::MIN, String::new()));
            loop {
                let found = message::readable(self.served.db.pool(), (place.0, &place.1), 100).await.unwrap();
                let Some(last) = found.last() else { break all };
                place = (last.created_at, last.id.clone());
                all.extend(found);
            }
        });
        let mut newest = None;
        for kept in all {
            let opened =
                outbox::open(&self.served, &kept.id, &kept.channel, &kept.address, &kept.body).unwrap();
            if opened.to.text() != address || taken.contains(&kept.id) {
                continue;
            }
            if let Some(found) = what(&opened.message.render("Center").unwrap().text) {
                taken.insert(kept.id);
                newest = Some(found);
            }
        }
        newest
    }

    /// The code of a message to an address that was not read before.
    pub fn code_to(&self, address: &str) -> String {
        let code = |text: &str| {
            text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).map(str::to_owned)
        };
        self.unread(address, code).unwrap_or_else(|| panic!("no code to {address}"))
    }

    /// The link of a message to an address, by what its address holds.
    pub fn link_to(&self, address: &str, part: &str) -> String {
        let link = |text: &str| {
            text.split_whitespace()
                .find(|word| word.starts_with("http") && word.contains(part))
                .map(str::to_owned)
        };
        self.unread(address, link).unwrap_or_else(|| panic!("no {part} to {address}"))
    }

    /// The invitation in a message to a new member: the longest word of it.
    pub fn invitation_to(&self, address: &str) -> String {
        let word = |text: &str| text.split_whitespace().max_by_key(|word| word.len()).map(str::to_owned);
        self.unread(address, word).unwrap_or_else(|| panic!("no message to {address}"))
    }

    /// Begins a command, with the vault's password given already.
    pub fn talk(&self, args: &[&str]) -> Talk {
        let mut talk = Talk::begin(&self.sandbox, args);
        talk.say(PASSWORD);
        talk
    }

    /// A command that proves who it is by the code sent to Alice's security e-mail.
    pub fn by_email(&self, args: &[&str], exit: i32) -> Ran {
        self.by_email_of(ALICE, args, exit)
    }

    pub fn by_email_of(&self, address: &str, args: &[&str], exit: i32) -> Ran {
        let mut all = args.to_vec();
        all.extend(["--by", "email"]);
        let mut talk = self.talk(&all);
        talk.hear("A code was sent to");
        talk.say(&self.code_to(address));
        let ran = talk.ends(exit);
        // Another one is not sent within the minute.
        self.advance(61);
        ran
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.stop();
    }
}

pub fn link(url: &str, seed: &[u8; 32]) -> String {
    let root = RootKey::of(&SigningKey::from_bytes(seed));
    let address: CenterAddress = url.parse().unwrap();
    address.with_root(Fingerprint::of(&root)).link()
}

/// A command that is answered while it runs.
pub struct Talk {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    heard: String,
    stdout: JoinHandle<String>,
}

impl Talk {
    fn begin(sandbox: &Sandbox, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tessera"))
            .args(args)
            .args(["--json", "--password-stdin"])
            .env("TESSERA_VAULT", sandbox.vault())
            .env("HOME", sandbox.path(""))
            .env("XDG_STATE_HOME", sandbox.path("state"))
            .env("XDG_DATA_HOME", sandbox.path("data"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    break;
                }
            }
        });
        let mut out = child.stdout.take().unwrap();
        let stdout = std::thread::spawn(move || {
            let mut text = String::new();
            out.read_to_string(&mut text).unwrap();
            text
        });
        let stdin = child.stdin.take();
        Self { child, stdin, lines, heard: String::new(), stdout }
    }

    /// Waits until the program says this.
    pub fn hear(&mut self, wanted: &str) {
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.heard.push_str(&line);
            self.heard.push('\n');
            if line.contains(wanted) {
                return;
            }
        }
        let _ = self.child.kill();
        panic!("\"{wanted}\" was not said:\n{}", self.heard);
    }

    /// Answers.
    pub fn say(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Says no more, and waits for the end.
    pub fn ends(mut self, exit: i32) -> Ran {
        drop(self.stdin.take());
        let status = self.child.wait().unwrap();
        self.heard.extend(self.lines.iter().map(|line| line + "\n"));
        let ran = Ran {
            exit: status.code().unwrap_or(-1),
            stdout: self.stdout.join().unwrap(),
            stderr: std::mem::take(&mut self.heard),
        };
        ran.exits(exit)
    }
}
