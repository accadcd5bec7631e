//! What must never be read in a log, an audit row or an error: every password, code, token, document number and address that a
//! test used, gathered from its requests, answers and messages, and searched for afterwards.
//!
//! Which fields hold such things is not listed here: it is read from the contract, where they have a type of their own
//! (`Hidden`). A field that is added there is watched from then on.

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex};

use serde_json::Value;

/// Shorter ones are not looked for: they stand everywhere. A verification code has six digits.
const SHORTEST: usize = 6;
/// Longer parts of an address are tokens; ids have 32 digits.
const TOKEN_LENGTH: usize = 40;

/// What a field of this name holds, as the contract has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Holds {
    /// Never to be seen, wherever it stands.
    Secret,
    /// Hidden in some requests, shown in some answers: an address, or a name.
    Private,
}

pub(crate) static FIELDS: LazyLock<Vec<(String, Holds)>> = LazyLock::new(|| {
    let contract = serde_json::to_value(tessera_center::openapi()).unwrap();
    let mut found = Vec::new();
    for (schema, value) in contract["components"]["schemas"].as_object().unwrap() {
        // What a problem holds is searched, not gathered from.
        if schema != "Problem" {
            properties(value, &mut found);
        }
    }
    let hidden: BTreeSet<&String> =
        found.iter().filter(|(_, hidden)| *hidden).map(|(name, _)| name).collect();
    let shown: BTreeSet<&String> =
        found.iter().filter(|(_, hidden)| !*hidden).map(|(name, _)| name).collect();
    let holds = |name| if shown.contains(name) { Holds::Private } else { Holds::Secret };
    hidden.iter().map(|name| ((*name).clone(), holds(name))).collect()
});

/// Every property of a schema, and whether it is a hidden text (or a list of such).
fn properties(schema: &Value, found: &mut Vec<(String, bool)>) {
    for (name, value) in schema["properties"].as_object().into_iter().flatten() {
        found.push((name.clone(), value.to_string().contains("\"#/components/schemas/Hidden\"")));
    }
    for part in ["oneOf", "allOf", "anyOf"] {
        schema[part].as_array().into_iter().flatten().for_each(|part| properties(part, found));
    }
}

/// The secrets of one test.
#[derive(Default)]
pub(crate) struct Secrets(Mutex<BTreeSet<String>>);

impl Secrets {
    /// One more.
    pub(crate) fn add(&self, text: &str) {
        let text = text.trim();
        if text.chars().count() < SHORTEST {
            return;
        }
        let mut all = self.0.lock().unwrap();
        // A telephone number is one with and without its plus.
        if let Some(digits) = text.strip_prefix('+') {
            all.insert(digits.to_owned());
        }
        all.insert(text.to_owned());
    }

    /// The secrets in a body. What is private, and not secret, is hidden in requests alone.
    pub(crate) fn gather(&self, body: &Value, is_request: bool) {
        match body {
            Value::Object(fields) => {
                let is_statement =
                    fields.contains_key("login_email") || fields.contains_key("document_number");
                for (name, value) in fields {
                    let holds = FIELDS.iter().find(|(field, _)| field == name).map(|(_, holds)| *holds);
                    let private = is_request && (name != "name" || is_statement);
                    match holds {
                        Some(Holds::Secret) => self.gather_texts(value),
                        Some(Holds::Private) if private => self.gather_texts(value),
                        _ => self.gather(value, is_request),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.gather(item, is_request)),
            _ => {}
        }
    }

    fn gather_texts(&self, value: &Value) {
        match value {
            Value::String(text) => self.add(text),
            Value::Array(items) => items.iter().for_each(|item| self.gather_texts(item)),
            Value::Object(fields) => fields.values().for_each(|value| self.gather_texts(value)),
            _ => {}
        }
    }

    /// The secrets in a form's body.
    pub(crate) fn gather_form(&self, body: &str) {
        for (name, value) in form(body) {
            self.gather(&Value::from_iter([(name, value)]), true);
        }
    }

    /// Those of them that a person typed: not what the page itself brought along.
    pub(crate) fn gather_typed(&self, body: &str) {
        let brought = ["flow", "secret"];
        for (_, value) in form(body).into_iter().filter(|(name, _)| !brought.contains(&name.as_str())) {
            self.add(&value);
        }
    }

    /// The tokens in a path and its query, which are given back, too.
    pub(crate) fn gather_path(&self, path: &str) -> Vec<String> {
        let parts = path.split(['/', '?', '&', '=']).filter(|part| part.len() >= TOKEN_LENGTH);
        parts.inspect(|part| self.add(part)).map(str::to_owned).collect()
    }

    /// The first secret that stands in a text, if any does.
    pub(crate) fn found_in(&self, text: &str) -> Option<String> {
        self.0.lock().unwrap().iter().find(|secret| stands_in(secret, text)).cloned()
    }

    /// Panics when a secret stands in a text.
    #[track_caller]
    pub(crate) fn assert_none_in(&self, what: &str, text: &str) {
        if let Some(secret) = self.found_in(text) {
            let at = text.find(&secret).unwrap_or_default();
            let around: String = text[..at].chars().rev().take(300).collect();
            let around: String = around.chars().rev().chain(text[at..].chars().take(300)).collect();
            panic!("{what} shows \"{secret}\", which nobody may read there: …{around}…");
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

fn form(body: &str) -> Vec<(String, String)> {
    let address = reqwest::Url::parse(&format!("http://form/?{body}"));
    let pairs = address.iter().flat_map(reqwest::Url::query_pairs);
    pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// A number counts only where it stands alone: six digits are in the middle of many longer ones.
fn stands_in(secret: &str, text: &str) -> bool {
    let is_number = secret.bytes().all(|byte| byte.is_ascii_digit());
    let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    text.match_indices(secret).any(|(at, _)| {
        !is_number
            || !(is_part(text[..at].chars().next_back()) || is_part(text[at + secret.len()..].chars().next()))
    })
}
