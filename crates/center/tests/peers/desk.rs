//! A center with people in it: an applicant, a reviewer with an age key, and a signed list of keys; all by the commands and
//! requests that people have.

use std::io::{Read as _, Write as _};
use std::str::FromStr as _;
use std::time::SystemTime;

use serde_json::{Value, json};
use tessera_center_api::key_list::{KeyList, SignedKeyList};
use tessera_otp::{Algorithm, Credential, Digits, Generator, Period, Secret};

use crate::program::{Answer, Program, Server};
use crate::secrecy::Secrets;

/// Of the demo's accounts; everybody knows it.
pub(crate) const PASSWORD: &str = "quiet lantern under the bridge";
/// The first of the demo's reviewers.
const REVIEWER: &str = "reviewer@example.com";
const STAFF_PASSWORD: &str = "seven gulls over the quay";
const PASSPHRASE: &str = "root key of the tests alone";

/// Who takes part.
pub(crate) struct Desk {
    pub(crate) applicant: String,
    pub(crate) reviewer: String,
    pub(crate) identity: age::x25519::Identity,
}

/// Makes the root key, fills the center, and says the reviewer's first token. Before the first `serve`.
pub(crate) fn prepare(program: &mut Program) -> String {
    let passphrase = program.folder().join("passphrase");
    std::fs::write(&passphrase, PASSPHRASE).unwrap();
    let made = program.done(&["root", "new", "root.age", "--passphrase-file", "passphrase"]);
    let key = made.split_once("root-key = \"").unwrap().1.split_once('"').unwrap().0.to_owned();
    program.settings.push(("ROOT_KEY", key));
    // Who was just made may decide at once.
    program.settings.push(("RULES__STAFF_AGE", "0".into()));
    program.settings.push(("PASSWORDS__MEMORY_KIB", "7168".into()));
    program.settings.push(("PASSWORDS__PASSES", "1".into()));
    let demo = program.done(&["demo"]);
    let reviewer = demo.lines().find(|line| line.contains(REVIEWER)).expect("a reviewer of the demo");
    reviewer.rsplit(' ').next().unwrap().to_owned()
}

impl Desk {
    /// Signs both in and publishes a list with the reviewer's key.
    pub(crate) async fn open(program: &Program, server: &Server, token: &str, secrets: &Secrets) -> Self {
        let reviewer = staff_session(server, token, secrets).await;
        let identity = age::x25519::Identity::generate();
        let key = json!({ "recipient": identity.to_public().to_string() });
        server.post("/v1/staff/reviewer-keys", Some(&reviewer), key).await.ok();
        let escrow = age::x25519::Identity::generate().to_public().to_string();
        std::fs::write(program.folder().join("draft"), program.done(&["root", "draft", "--escrow", &escrow]))
            .unwrap();
        let sign = ["root", "sign", "root.age", "draft", "--yes", "--passphrase-file", "passphrase"];
        std::fs::write(program.folder().join("signed"), program.done(&sign)).unwrap();
        program.done(&["root", "publish", "signed"]);
        let applicant = account_session(server, "alice@example.com", secrets).await;
        Self { applicant, reviewer, identity }
    }

    pub(crate) fn opened(&self, sealed: &[u8]) -> Vec<u8> {
        let identity = std::iter::once(&self.identity as &dyn age::Identity);
        let mut plain = Vec::new();
        age::Decryptor::new(sealed).unwrap().decrypt(identity).unwrap().read_to_end(&mut plain).unwrap();
        plain
    }
}

/// Signs an account of the demo in.
pub(crate) async fn account_session(server: &Server, name: &str, secrets: &Secrets) -> String {
    let body = json!({ "name": name, "password": PASSWORD, "device": "a test" });
    secrets.add(name);
    token_of(server, "/v1/login", body, "session", secrets).await
}

/// Accepts the invitation and signs in.
pub(crate) async fn staff_session(server: &Server, token: &str, secrets: &Secrets) -> String {
    let invitation = json!({ "token": token });
    let opened = server.post("/v1/staff/invitations", None, invitation.clone()).await.ok();
    secrets.gather(&invitation, true);
    secrets.gather(&opened, false);
    let secret = Secret::from_base32(opened["secret"].as_str().unwrap()).unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let codes = [code(&secret, now - 30), code(&secret, now)];
    let acceptance = json!({ "flow": opened["flow"], "password": STAFF_PASSWORD, "codes": codes });
    server.post("/v1/staff/invitations/acceptance", None, acceptance.clone()).await.ok();
    secrets.gather(&acceptance, true);
    // The next step's: these two are used up, and a step of drift is taken.
    let body = json!({ "email": REVIEWER, "password": STAFF_PASSWORD, "code": code(&secret, now + 30) });
    token_of(server, "/v1/staff/session", body, "token", secrets).await
}

async fn token_of(server: &Server, path: &str, body: Value, field: &str, secrets: &Secrets) -> String {
    let answer = server.post(path, None, body.clone()).await.ok();
    secrets.gather(&body, true);
    secrets.gather(&answer, false);
    answer[field].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn code(secret: &Secret, at: u64) -> String {
    let generator =
        Generator::Totp { algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
    Credential::new("", "", secret.clone(), generator).code_at(at).unwrap().text().to_owned()
}

/// What an applicant's client does: seals to every key of the published list. Gives the ciphertext and the list's version.
pub(crate) async fn sealed(server: &Server, plain: &[u8]) -> (Vec<u8>, i64) {
    let served: SignedKeyList = serde_json::from_value(server.get("/v1/key-list", "").await.ok()).unwrap();
    let list: KeyList = serde_json::from_str(&served.list).unwrap();
    let keys: Vec<_> =
        list.keys.iter().map(|key| age::x25519::Recipient::from_str(&key.recipient).unwrap()).collect();
    let recipients = keys.iter().map(|key| key as &dyn age::Recipient);
    let mut sealed = Vec::new();
    let mut writer = age::Encryptor::with_recipients(recipients).unwrap().wrap_output(&mut sealed).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap();
    (sealed, list.version)
}

/// Begins a ticket that wants two photographs.
pub(crate) async fn ticket(server: &Server, desk: &Desk, secrets: &Secrets) -> String {
    let statement = json!({ "statement": {
        "kind": "identity-verification-individual", "name": "Alice Example",
        "document_type": "passport", "document_number": "C01X00T478",
    }});
    secrets.gather(&statement, true);
    let answer: Answer = server.post("/v1/tickets", Some(&desk.applicant), statement).await;
    answer.ok()["id"].as_str().unwrap().to_owned()
}
