//! What an operator can set. Everything has a default: a server without a configuration file runs on this machine alone.

mod check;
mod load;
mod rules;

use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use check::Fault;
pub use load::LoadError;
pub(crate) use load::read_secret;
pub use rules::Rules;

/// Whether a host, as it stands in an address, is this machine itself, so that nobody reads on the way: `localhost`, or an
/// address of RFC 1122 §3.2.1.3 (g) or RFC 4291 §2.5.3.
pub fn is_this_machine(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The whole configuration, as the TOML file has it. Unknown keys are refused, so that a misspelled rule is noticed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Config {
    /// Where the key file, the SQLite database, the documents and the local outbox lie.
    pub data: PathBuf,
    /// The key file; inside `data` when it is not named.
    pub key_file: Option<PathBuf>,
    /// What the center calls itself in messages and to clients.
    pub name: String,
    /// The public half of the staff root key, as `tessera-center root new` prints it: under it lists of reviewers' keys are
    /// checked before they are published. Without it the center takes no documents.
    pub root_key: Option<String>,
    /// Sales and support, for the "Contact us" of signed-out views.
    pub contact_us: ContactUs,
    /// Listening, TLS, the address people know.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// E-mail.
    pub mail: Mail,
    /// Text messages.
    pub sms: Sms,
    /// Where sealed documents lie.
    pub documents: Documents,
    /// Password hashing and the list of leaked ones.
    pub passwords: Passwords,
    /// What the server writes about its own running.
    pub log: Log,
    /// The numbers of the rules.
    pub rules: Rules,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("tessera-center-data"),
            key_file: None,
            name: "Tessera Center".into(),
            root_key: None,
            contact_us: ContactUs::default(),
            server: Server::default(),
            database: Database::default(),
            mail: Mail::default(),
            sms: Sms::default(),
            documents: Documents::default(),
            passwords: Passwords::default(),
            log: Log::default(),
            rules: Rules::default(),
        }
    }
}

impl Config {
    /// Where the key file is.
    pub fn key_file(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data.join("keys.json"))
    }

    /// The database's address; a SQLite file in the data folder when none is named.
    pub fn database_url(&self) -> String {
        self.database
            .url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}?mode=rwc", self.data.join("center.sqlite").display()))
    }
}

impl Config {
    /// Where people and links find the center, without a slash at its end.
    pub fn address(&self) -> String {
        let scheme = if self.server.tls.is_some() { "https" } else { "http" };
        let named = self.server.public_url.clone();
        let address = named.unwrap_or_else(|| format!("{scheme}://{}", self.server.listen));
        address.trim_end_matches('/').to_owned()
    }

    /// The address of a page that a message links to.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.address())
    }
}

/// Whom a person without a session can turn to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ContactUs {
    /// E-mail, telephone or web address of sales.
    pub sales: Option<String>,
    /// E-mail, telephone or web address of support.
    pub support: Option<String>,
}

/// Listening and what stands in front.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Server {
    /// Address and port to listen on.
    pub listen: String,
    /// The address that people and links use; `http://` (with TLS `https://`) and the listening address when it is not named.
    pub public_url: Option<String>,
    /// Certificate chain and key, PEM. Without them the server speaks plain HTTP, which is for this machine or a proxy.
    pub tls: Option<Tls>,
    /// Peers whose `X-Forwarded-For` is believed: addresses or networks. The peer's own address counts for all others.
    pub trusted_proxies: Vec<String>,
    /// Requests served at once; more are told to come back.
    pub concurrent_requests: usize,
    /// Seconds a request may take, its arrival included.
    pub request_seconds: u64,
    /// Largest body in bytes, uploads of documents apart.
    pub body_bytes: usize,
    /// Connections at once; more are closed as they come.
    pub connections: usize,
    /// Seconds in which the head of a request must arrive; as long may a kept connection idle.
    pub head_seconds: u64,
    /// Seconds between the order to stop, when `/readyz` begins to say no, and the last connection taken.
    pub drain_seconds: u64,
    /// Seconds that requests under way have to finish after that.
    pub shutdown_seconds: u64,
    /// Where `/metrics` is served, on a port of its own; nowhere when it is not named.
    pub metrics_listen: Option<String>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8420".into(),
            public_url: None,
            tls: None,
            trusted_proxies: Vec::new(),
            concurrent_requests: 512,
            request_seconds: 30,
            body_bytes: 64 * 1024,
            connections: 4096,
            head_seconds: 15,
            drain_seconds: 0,
            shutdown_seconds: 30,
            metrics_listen: None,
        }
    }
}

/// PEM files.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tls {
    /// The certificate and what leads from it to its root.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Database {
    /// `sqlite:PATH?mode=rwc` or `postgres://…`.
    pub url: Option<String>,
    /// A file that holds the address, so that its password stands in no configuration.
    pub url_file: Option<PathBuf>,
    /// Most connections at once.
    pub connections: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: None, url_file: None, connections: 16 }
    }
}

/// E-mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Mail {
    /// `smtps://host`, `smtp+starttls://host` or, for a mail server on this machine, `smtp://host` (a port may follow); without it, mails stay in the local outbox.
    pub url: Option<String>,
    /// The user name for the mail server.
    pub user: Option<String>,
    /// A file with the password for it.
    pub password_file: Option<PathBuf>,
    /// Certificates (PEM) of the authorities that the mail server's own must come from, in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// From whom mails come.
    pub from: String,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            url: None,
            user: None,
            password_file: None,
            ca_file: None,
            from: "Tessera Center <center@localhost>".into(),
        }
    }
}

/// Text messages through an HTTP gateway.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Sms {
    /// Where each message is sent by POST; without it, messages stay in the local outbox.
    pub url: Option<String>,
    /// The body, with `{{ to }}`, `{{ text }}` and `{{ id }}` (each a JSON string) in place.
    pub body: String,
    /// Its media type.
    pub content_type: String,
    /// A file with the whole value of the `Authorization` header.
    pub authorization_file: Option<PathBuf>,
    /// Certificates (PEM) of the authorities that the gateway's own must come from, in place of the system's.
    pub ca_file: Option<PathBuf>,
}

impl Default for Sms {
    fn default() -> Self {
        Self {
            url: None,
            body: r#"{"to": {{ to }}, "text": {{ text }}, "id": {{ id }}}"#.into(),
            content_type: "application/json".into(),
            authorization_file: None,
            ca_file: None,
        }
    }
}

/// Where sealed documents lie.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Documents {
    /// An S3 bucket; without it, a folder inside `data`.
    pub s3: Option<S3>,
}

/// A bucket of an S3 service.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct S3 {
    /// The service's address, when it is not AWS.
    pub endpoint: Option<String>,
    /// The bucket's name.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// A file of two lines: access key and secret key.
    pub credentials_file: PathBuf,
    /// Certificates (PEM) of the authorities that the service's own must come from, in place of the system's.
    pub ca_file: Option<PathBuf>,
}

/// Password hashing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Passwords {
    /// Memory of one Argon2id run, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Runs at once; as many as the machine has cores when 0.
    pub parallel_runs: usize,
    /// Leaked passwords: lines of upper-case SHA-1 hex, sorted, as Have I Been Pwned gives them out (a `:count` may follow).
    pub leaked_list: Option<PathBuf>,
    /// The least strength by zxcvbn, 0 to 4.
    pub strength: u8,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, parallel_runs: 0, leaked_list: None, strength: 3 }
    }
}

/// What the server writes about its own running, to standard error.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Log {
    /// Lines for people, or JSON for machines.
    pub format: LogFormat,
    /// What is written: `error`, `warn`, `info`, `debug`, or by part of the program, as `info,tessera_center::outbox=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".into() }
    }
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const EXAMPLE: &str = include_str!("../../../../docs/center.example.toml");

    fn parsed(text: &str) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("center.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(Some(&path), []).unwrap()
    }

    #[test]
    fn a_link_is_https_where_the_center_speaks_tls_and_as_it_is_named_where_it_is() {
        let mut config = Config::default();
        config.server.listen = "127.0.0.1:8443".into();
        assert_eq!(config.link("/undo/x"), "http://127.0.0.1:8443/undo/x");
        config.server.tls = Some(Tls { certificate: "chain.pem".into(), key: "key.pem".into() });
        assert_eq!(config.link("/undo/x"), "https://127.0.0.1:8443/undo/x");
        config.server.public_url = Some("https://center.example/".into());
        assert_eq!(config.link("/undo/x"), "https://center.example/undo/x");
    }

    /// Every key with a value, as `rules.code-tries`.
    fn keys(value: &serde_json::Value, before: &str, found: &mut BTreeSet<String>) {
        match value.as_object() {
            Some(object) => object.iter().for_each(|(name, value)| {
                let name = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
                keys(value, &name, found);
            }),
            None => {
                found.insert(before.to_owned());
            }
        }
    }

    /// The example with everything in it that a `#` alone keeps out.
    fn uncommented() -> String {
        let is_setting = |line: &str| {
            let name = line.split([' ', '.']).next().unwrap_or_default();
            line.starts_with('[')
                || (line.contains(" = ") && name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        };
        EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if is_setting(rest) && !rest.starts_with("url-file") => rest,
                _ => line,
            })
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn the_example_s_values_are_the_defaults() {
        let example = serde_json::to_value(parsed(EXAMPLE)).unwrap();
        assert_eq!(example, serde_json::to_value(Config::default()).unwrap());
        assert_eq!(serde_json::to_value(parsed("")).unwrap(), example);
    }

    #[test]
    fn the_example_has_every_key_and_every_key_has_words() {
        let whole = parsed(&uncommented());
        let (mut known, mut named) = (BTreeSet::new(), BTreeSet::new());
        keys(&serde_json::to_value(&whole).unwrap(), "", &mut known);
        let mut section = String::new();
        for line in EXAMPLE.lines() {
            let line = line.strip_prefix("# ").unwrap_or(line);
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = format!("{name}.");
            } else if let Some((name, _)) = line.split_once(" = ") {
                named.insert(format!("{section}{name}"));
            }
        }
        let missing: Vec<_> = known.difference(&named).collect();
        assert!(missing.is_empty(), "docs/center.example.toml does not have {missing:?}");
        assert!(whole.documents.s3.is_some() && whole.server.tls.is_some() && whole.mail.url.is_some());
    }
}
