//! `tessera-center`, the real program, in a folder of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use reqwest::Method;
use serde_json::Value;

use crate::until;

const PROGRAM: &str = env!("CARGO_BIN_EXE_tessera-center");

/// Settings by the names of their environment variables, without the beginning.
pub(crate) type Settings = Vec<(&'static str, String)>;

/// One center: its folder and settings.
pub(crate) struct Program {
    folder: tempfile::TempDir,
    pub(crate) settings: Settings,
}

impl Program {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), settings }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.folder()).env_clear().env("TESSERA_CENTER__SERVER__LISTEN", "127.0.0.1:0");
        // What it says at its most talkative is searched for secrets.
        command.env("TESSERA_CENTER__LOG__FILTER", "trace").env("TESSERA_CENTER__LOG__FORMAT", "json");
        for (name, value) in &self.settings {
            command.env(format!("TESSERA_CENTER__{name}"), value);
        }
        command
    }

    /// Runs one command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// The same where it must do well: what it printed.
    #[track_caller]
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert!(said.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).unwrap()
    }

    pub(crate) fn serve(&self) -> Server {
        let number = std::fs::read_dir(self.folder()).unwrap().count();
        let log = self.folder().join(format!("log-{number}"));
        let mut command = self.command();
        command.arg("serve").stdout(Stdio::piped()).stderr(std::fs::File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let first = BufReader::new(child.stdout.take().unwrap()).lines().next();
        let first = first.unwrap_or_else(|| panic!("{}", std::fs::read_to_string(&log).unwrap())).unwrap();
        let base = first.split_whitespace().next_back().unwrap().to_owned();
        Server { child, base, log, client: reqwest_client() }
    }

    /// All that its servers logged so far.
    pub(crate) fn logs(&self) -> String {
        let files = std::fs::read_dir(self.folder()).unwrap().flatten().map(|entry| entry.path());
        let logs = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("log-"));
        logs.map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    /// All that its servers logged, without times, whose fractions have six digits as codes have.
    pub(crate) fn logs_without_times(&self) -> String {
        let mut text = String::new();
        for line in self.logs().lines() {
            let mut line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            line.as_object_mut().unwrap().remove("timestamp");
            text.extend([line.to_string().as_str(), "\n"]);
        }
        text
    }
}

fn reqwest_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A running server; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) base: String,
    log: PathBuf,
    client: reqwest::Client,
}

/// What it answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The body, which must be a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            String::from_utf8_lossy(&self.bytes)
        );
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_else(|| panic!("no problem: {self:?}")).to_owned()
    }
}

impl Server {
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        by: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = by {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        Self::answer(request).await
    }

    pub(crate) async fn get(&self, path: &str, by: &str) -> Answer {
        self.ask(Method::GET, path, Some(by), None).await
    }

    pub(crate) async fn post(&self, path: &str, by: Option<&str>, body: Value) -> Answer {
        self.ask(Method::POST, path, by, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, by: &str, bytes: &[u8]) -> Answer {
        let request = self.client.put(format!("{}{path}", self.base)).bearer_auth(by);
        let request = request.header("content-type", "application/octet-stream").body(bytes.to_vec());
        Self::answer(request).await
    }

    async fn answer(request: reqwest::RequestBuilder) -> Answer {
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        Answer { status, bytes: answer.bytes().await.unwrap().to_vec() }
    }

    /// As a power failure would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn until_logged(&self, words: &str) {
        until(words, || self.log().contains(words).then_some(()));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
