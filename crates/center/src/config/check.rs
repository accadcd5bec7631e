//! What is wrong with a configuration that could be read, all of it at once, each by its key.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;

use tessera_center_api::key_list::RootKey;

use super::Config;
use crate::clock::DAY;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key, as in the file: `rules.code-tries`.
    pub key: String,
    /// What is wrong with it.
    pub words: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.key, self.words)
    }
}

/// Rules that may be 0: nothing then drifts, and a hold does not exist.
const MAY_BE_ZERO: [&str; 4] = ["totp-drift", "hold", "hold-with-factor", "staff-age"];
/// The largest number a rule takes: ten years of seconds.
const MOST: i64 = 3650 * DAY;

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, key: &str, words: impl Into<String>) {
        self.0.push(Fault { key: key.into(), words: words.into() });
    }

    fn unless(&mut self, right: bool, key: &str, words: &str) {
        if !right {
            self.add(key, words);
        }
    }

    fn readable(&mut self, key: &str, path: &Path) {
        if let Err(error) = File::open(path) {
            self.add(key, format!("{} cannot be read: {error}", path.display()));
        }
    }
}

impl Config {
    /// Everything that is wrong: addresses that are none, files that cannot be read, numbers that cannot be meant.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Faults(Vec::new());
        if self.root_key.as_deref().is_some_and(|key| RootKey::from_text(key).is_err()) {
            faults.add("root-key", "is not what `tessera-center root new` printed");
        }
        self.server_faults(&mut faults);
        self.message_faults(&mut faults);
        self.store_faults(&mut faults);
        self.rule_faults(&mut faults);
        faults.0
    }

    fn server_faults(&self, faults: &mut Faults) {
        let server = &self.server;
        let address = "is no address and port, as 127.0.0.1:8420 or [::]:8420";
        faults.unless(server.listen.parse::<SocketAddr>().is_ok(), "server.listen", address);
        if let Some(metrics) = &server.metrics_listen {
            faults.unless(metrics.parse::<SocketAddr>().is_ok(), "server.metrics-listen", address);
            faults.unless(
                *metrics != server.listen || metrics.ends_with(":0"),
                "server.metrics-listen",
                "is the address that requests come to: metrics want a port of their own",
            );
        }
        if let Some(url) = &server.public_url {
            let parsed = reqwest::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            let plain = parsed.is_some_and(|url| {
                url.query().is_none()
                    && url.fragment().is_none()
                    && url.username().is_empty()
                    && url.has_host()
            });
            faults.unless(plain, "server.public-url", "is no address as https://center.example.com");
        }
        if let Some(tls) = &server.tls
            && let Err(error) = crate::serve::tls_of(tls)
        {
            faults.add("server.tls", error.to_string());
        }
        for network in &server.trusted_proxies {
            let right = crate::http::is_network(network);
            faults.unless(right, "server.trusted-proxies", "takes addresses and networks, as 10.0.0.0/8");
        }
        for (key, value) in [
            ("server.concurrent-requests", server.concurrent_requests as u64),
            ("server.connections", server.connections as u64),
            ("server.request-seconds", server.request_seconds),
            ("server.head-seconds", server.head_seconds),
            ("server.shutdown-seconds", server.shutdown_seconds),
        ] {
            faults.unless(value > 0, key, "must be at least 1");
        }
        for (key, value) in [
            ("server.request-seconds", server.request_seconds),
            ("server.head-seconds", server.head_seconds),
            ("server.drain-seconds", server.drain_seconds),
            ("server.shutdown-seconds", server.shutdown_seconds),
        ] {
            faults.unless(value <= 3600, key, "must be at most 3600");
        }
        let bytes = (1024..=64 << 20).contains(&server.body_bytes);
        faults.unless(bytes, "server.body-bytes", "must be 1024 to 67108864");
        if self.log.filter.parse::<tracing_subscriber::filter::Targets>().is_err() {
            faults.add("log.filter", "is no filter as info or info,tessera_center::outbox=debug");
        }
    }

    fn message_faults(&self, faults: &mut Faults) {
        for (key, words) in crate::outbox::carrier_faults(self) {
            faults.add(key, words);
        }
    }

    fn store_faults(&self, faults: &mut Faults) {
        if let Some(url) = &self.database.url {
            let known =
                ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
            faults.unless(known, "database.url", "must begin with sqlite: or postgres://");
        }
        let connections = (1..=10_000).contains(&self.database.connections);
        faults.unless(connections, "database.connections", "must be 1 to 10000");
        if let Some(s3) = &self.documents.s3 {
            match super::load::read_secret("documents.s3.credentials-file", &s3.credentials_file) {
                Ok(text) => faults.unless(
                    text.lines().filter(|line| !line.trim().is_empty()).count() == 2,
                    "documents.s3.credentials-file",
                    "must hold two lines: access key and secret key",
                ),
                Err(error) => faults.add("documents.s3.credentials-file", error.to_string()),
            }
            faults.unless(!s3.bucket.is_empty(), "documents.s3.bucket", "is empty");
            if let Some(endpoint) = &s3.endpoint {
                let right = reqwest::Url::parse(endpoint).is_ok_and(|url| url.has_host());
                faults.unless(right, "documents.s3.endpoint", "is no address as https://s3.example.com");
            }
            if let Some(Err(error)) = s3.ca_file.as_deref().map(crate::authorities::read) {
                faults.add("documents.s3.ca-file", error.to_string());
            }
        }
        let passwords = &self.passwords;
        // What OWASP calls the least that is still sound.
        let memory = (7 * 1024..=4 * 1024 * 1024).contains(&passwords.memory_kib);
        faults.unless(memory, "passwords.memory-kib", "must be 7168 to 4194304");
        faults.unless((1..=64).contains(&passwords.passes), "passwords.passes", "must be 1 to 64");
        faults.unless(passwords.strength <= 4, "passwords.strength", "must be 0 to 4");
        if let Some(list) = &passwords.leaked_list {
            faults.readable("passwords.leaked-list", list);
        }
    }

    fn rule_faults(&self, faults: &mut Faults) {
        let rules = &self.rules;
        let all = serde_json::to_value(rules).unwrap_or_default();
        for (name, value) in all.as_object().into_iter().flatten() {
            let least = i64::from(!MAY_BE_ZERO.contains(&name.as_str()));
            let value = value.as_i64().unwrap_or_default();
            if value < least || value > MOST {
                faults.add(&format!("rules.{name}"), format!("must be {least} to {MOST}, it is {value}"));
            }
        }
        for (right, key, words) in [
            (
                rules.wrong_passwords_until_lock > rules.wrong_passwords_without_code,
                "rules.wrong-passwords-until-lock",
                "must be more than wrong-passwords-without-code",
            ),
            (rules.code_tries <= 20, "rules.code-tries", "must be at most 20: a code has six digits"),
            (rules.code_pause < rules.code_life, "rules.code-pause", "must be shorter than code-life"),
            (rules.code_life <= DAY, "rules.code-life", "must be at most a day"),
            (rules.totp_drift <= 10, "rules.totp-drift", "must be at most 10 steps"),
            (rules.session_idle <= rules.session_life, "rules.session-idle", "must be at most session-life"),
            (
                rules.staff_session_idle <= rules.staff_session_life,
                "rules.staff-session-idle",
                "must be at most staff-session-life",
            ),
            (rules.hold_with_factor <= rules.hold, "rules.hold-with-factor", "must be at most hold"),
            (
                rules.anonymous_codes_per_address <= rules.codes_per_address,
                "rules.anonymous-codes-per-address",
                "must be at most codes-per-address",
            ),
        ] {
            faults.unless(right, key, words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(change: impl FnOnce(&mut Config)) -> Vec<String> {
        let mut config = Config::default();
        change(&mut config);
        config.faults().into_iter().map(|fault| fault.key).collect()
    }

    #[test]
    fn the_defaults_are_in_order() {
        assert_eq!(keys(|_| {}), Vec::<String>::new());
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once_by_its_key() {
        let found = keys(|config| {
            config.server.listen = "localhost".into();
            config.server.metrics_listen = Some("9".into());
            config.server.public_url = Some("center.example.com".into());
            config.server.trusted_proxies = vec!["10.0.0.0/40".into()];
            config.server.head_seconds = 0;
            config.database.url = Some("mysql://x".into());
            config.passwords.memory_kib = 64;
            config.passwords.leaked_list = Some("none-here".into());
            config.log.filter = "info,tessera_center=loud".into();
            config.rules.code_tries = 0;
            config.rules.wrong_passwords_until_lock = 2;
        });
        for key in [
            "server.listen",
            "server.metrics-listen",
            "server.public-url",
            "server.trusted-proxies",
            "server.head-seconds",
            "database.url",
            "passwords.memory-kib",
            "passwords.leaked-list",
            "log.filter",
            "rules.code-tries",
            "rules.wrong-passwords-until-lock",
        ] {
            assert!(found.iter().any(|found| found == key), "{key} is not in {found:?}");
        }
    }

    #[test]
    fn every_rule_refuses_a_negative_number() {
        let all = serde_json::to_value(crate::config::Rules::default()).unwrap();
        for name in all.as_object().unwrap().keys() {
            let mut changed = all.clone();
            changed[name] = (-1).into();
            let rules = serde_json::from_value(changed).unwrap();
            let key = format!("rules.{name}");
            assert!(keys(|config| config.rules = rules).contains(&key), "{key}");
        }
    }
}
