//! Mails of the real program, taken by aiosmtpd and read by Python's email package: whole, in both languages, once each, and
//! only where the certificate is right.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tessera_center::contact::Address;
use tessera_center::outbox::{Message, Template};
use tessera_center::{Center, Config};

use crate::authority::{Authority, text};
use crate::peer::{self, Peer};
use crate::program::{Program, Settings};
use crate::secrecy::Secrets;
use crate::until;

const FROM: &str = "\"Center, 中心\" <center@example.com>";
const USER: &str = "center-of-the-mail-test";
const PASSWORD: &str = "fog horn over the harbor";
const LANGUAGES: [&str; 2] = ["en", "zh-Hans"];

fn settings(scheme: &str, mail: &Peer) -> Settings {
    vec![
        ("MAIL__URL", format!("{scheme}://localhost:{}", mail.address.port())),
        ("MAIL__FROM", FROM.into()),
        ("PASSWORDS__MEMORY_KIB", "7168".into()),
        ("PASSWORDS__PASSES", "1".into()),
    ]
}

/// Another process of the same center, which writes messages as every rule does.
async fn beside(program: &Program) -> Arc<Center> {
    let data = program.folder().join("tessera-center-data");
    Center::open(Config { data, ..Config::default() }).await.unwrap()
}

/// Every value that any template names.
fn message(template: Template, language: &str) -> Message {
    let values = [
        ("account", json!("123456789")),
        ("accounts", json!([{ "id": "123…", "email": "a***@example.com" }, { "id": "456…", "email": "" }])),
        ("address", json!("b***@example.com")),
        ("at", json!("2026-11-26 18:00 UTC")),
        ("before", json!("Alter Schlüssel")),
        ("change", json!("mfa-required")),
        ("code", json!("012345")),
        ("count", json!(10)),
        ("days", json!(30)),
        ("device", json!("Lärm & <b>\"Fuß\"</b> 手机")),
        ("hours", json!(72)),
        ("invitation", json!("an-invitation-of-the-mail-test")),
        ("kind", json!("secure-phone")),
        ("left", json!(3)),
        ("link", json!(format!("https://center.example.com/undo/{}", "T".repeat(43)))),
        ("login", json!("mfa")),
        ("minutes", json!(10)),
        ("new", json!("+49 151 *** 789")),
        ("old", json!("")),
        ("operation", json!("off")),
        ("owner", json!("Owner\r\nBcc: mallory@example.com\r\n\r\nand a body")),
        ("peer", json!("203.0.113.7")),
        ("reason", json!(".\n.\nFrom a line that begins so,\n.. and one with dots")),
        ("ticket", json!("0123456789abcdef0123456789abcdef")),
        ("to", json!("c***@example.com")),
        ("trusted", json!(true)),
        ("until", json!("2026-11-27 18:00 UTC")),
    ];
    values
        .into_iter()
        .fold(Message::new(template, language), |message, (name, value)| message.with(name, value))
}

async fn send(center: &Center, to: &str, message: Message) -> String {
    let mut tx = center.begin().await.unwrap();
    let id = message.send(&mut tx, center, &Address::email(to).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn header<'a>(mail: &'a Value, name: &str) -> &'a str {
    let all = mail["headers"].as_array().unwrap();
    let found: Vec<_> = all.iter().filter(|header| header[0] == name).collect();
    assert_eq!(found.len(), 1, "{name} stands once in {all:?}");
    found[0][1].as_str().unwrap()
}

fn part<'a>(mail: &'a Value, kind: &str) -> &'a str {
    let parts = mail["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 2, "{parts:?}");
    let part = parts.iter().find(|part| part["type"] == kind).unwrap_or_else(|| panic!("no {kind}"));
    assert_eq!((&part["charset"], &part["file"]), (&json!("utf-8"), &Value::Null));
    part["text"].as_str().unwrap()
}

/// Line ends and the last one are the mail's own.
fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().collect()
}

fn mails_to(mail: &Peer, recipient: &str) -> Vec<Value> {
    mail.said().into_iter().filter(|mail| mail["recipients"] == json!([recipient])).collect()
}

fn until_mailed(mail: &Peer, recipient: &str, count: usize) -> Vec<Value> {
    until(recipient, || Some(mails_to(mail, recipient)).filter(|mails| mails.len() >= count))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_in_both_languages_is_read_back_as_it_was_written() {
    let Some(python) = peer::python() else { return };
    let mail = Peer::start(&python, "mail_server.py", &["plain"]);
    // A name that would begin another header, if it could.
    let name = "Über 中心\r\nBcc: mallory@example.com\r\nSubject: another\r\n\r\n<script>alert(1)</script>";
    let mut settings = settings("smtp", &mail);
    settings.push(("NAME", name.into()));
    let program = Program::new(settings);
    let center = beside(&program).await;
    let mut written = BTreeMap::new();
    for (number, &template) in Template::ALL.iter().enumerate() {
        for language in LANGUAGES {
            let to = format!("reader-{number}-{}@example.com", language.to_lowercase());
            let id = send(&center, &to, message(template, language)).await;
            written.insert(to, (id, template, language));
        }
    }
    let _server = program.serve();
    until("all mails", || (mail.said().len() >= written.len()).then_some(()));
    for (to, (id, template, language)) in &written {
        let arrived = mails_to(&mail, to);
        assert_eq!(arrived.len(), 1, "{template:?} {language}");
        let mail = &arrived[0];
        let said = message(*template, language).render(name).unwrap();
        assert_eq!(mail["defects"], json!([]), "{template:?} {language}");
        assert_eq!(
            (&mail["sender"], &mail["shape"]),
            (&json!("center@example.com"), &json!("multipart/alternative"))
        );
        let mut names: Vec<_> =
            mail["headers"].as_array().unwrap().iter().map(|header| header[0].clone()).collect();
        names.sort_by_key(Value::to_string);
        let wanted =
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
        assert_eq!(names, wanted, "{template:?} {language}");
        assert_eq!(header(mail, "Message-ID"), format!("<{id}@example.com>"));
        assert_eq!(header(mail, "To"), to);
        assert_eq!(header(mail, "From"), "\"Center, 中心\" <center@example.com>");
        assert_eq!(header(mail, "Auto-Submitted"), "auto-generated");
        assert_eq!(header(mail, "Subject"), said.subject, "{template:?} {language}");
        assert_eq!(lines(part(mail, "text/plain")), lines(&said.text), "{template:?} {language}");
        let html = part(mail, "text/html");
        assert_eq!(lines(html), lines(&said.html), "{template:?} {language}");
        assert!(html.contains(&format!("<html lang=\"{language}\">")));
        assert!(
            !html.contains("<script") && !html.contains("<b>"),
            "{template:?}: what a name holds stays text"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_registers_with_the_code_in_the_mail() {
    let Some(python) = peer::python() else { return };
    let mail = Peer::start(&python, "mail_server.py", &["plain"]);
    let program = Program::new(settings("smtp", &mail));
    let server = program.serve();
    let secrets = Secrets::default();
    for (to, language, words) in
        [("alice@example.com", "en", "verification code"), ("wei@example.com", "zh-Hans", "验证码")]
    {
        let begin = json!({ "kind": "individual", "email": to, "language": language });
        let flow = server.post("/v1/registrations", None, begin.clone()).await.ok();
        let arrived = until_mailed(&mail, to, 1);
        let text = part(&arrived[0], "text/plain");
        assert!(text.contains(words) && header(&arrived[0], "Subject").contains(words), "{text}");
        let code: String = text.chars().filter(char::is_ascii_digit).take(6).collect();
        assert!(part(&arrived[0], "text/html").contains(&code));
        assert!(!header(&arrived[0], "Subject").contains(&code), "a subject shows on a locked screen");
        let complete = json!({ "flow": flow["flow"], "code": code, "password": PASSWORD, "name": "Alice Example", "device": "a test" });
        let signed_in = server.post("/v1/registrations/complete", None, complete.clone()).await.ok();
        let session = signed_in["session"].as_str().unwrap();
        assert_eq!(server.get("/v1/account", session).await.ok()["id"], signed_in["account"]);
        for (body, is_request) in [(&begin, true), (&flow, false), (&complete, true), (&signed_in, false)] {
            secrets.gather(body, is_request);
        }
    }
    // Two addresses, two flows, two codes, two sessions, a password.
    assert!(secrets.count() >= 9, "{}", secrets.count());
    secrets.assert_none_in("a log line", &program.logs_without_times());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_or_a_refusal_for_now_brings_the_same_message_again_under_the_same_id() {
    let Some(python) = peer::python() else { return };
    let mail = Peer::start(&python, "mail_server.py", &["plain"]);
    let program = Program::new(settings("smtp", &mail));
    let center = beside(&program).await;
    let server = program.serve();
    let secrets = Secrets::default();
    let mut ids = BTreeMap::new();
    for (to, language) in
        [("lost-a@example.com", "en"), ("later-b@example.com", "zh-Hans"), ("never-c@example.com", "en")]
    {
        ids.insert(to, send(&center, to, message(Template::Code, language)).await);
        secrets.add(to);
    }
    // The pause before another attempt is ten seconds.
    let twice = until_mailed(&mail, "lost-a@example.com", 2);
    let once = until_mailed(&mail, "later-b@example.com", 1);
    for (arrived, to) in [(&twice, "lost-a@example.com"), (&once, "later-b@example.com")] {
        for mail in arrived {
            assert_eq!(header(mail, "Message-ID"), format!("<{}@example.com>", ids[to]));
            assert_eq!(
                header(mail, "Date"),
                header(&arrived[0], "Date"),
                "of the message, not of the attempt"
            );
        }
    }
    server.until_logged("the mail server answered 451");
    server.until_logged("the mail server answered 550");
    secrets.add("012345");
    // The mail server quotes the address in its refusals.
    secrets.assert_none_in("a log line", &program.logs_without_times());
    assert!(mails_to(&mail, "never-c@example.com").is_empty());
}

/// The program beside a mail server that has this certificate and wants user and password.
fn with_tls(python: &Path, scheme: &str, shape: &str, authority: &Authority, host: &str) -> (Peer, Settings) {
    let pair = authority.certify(host);
    let (certificate, key) = (text(&pair.certificate), text(&pair.key));
    let arguments =
        [shape, "--certificate", certificate, "--key", key, "--user", USER, "--password", PASSWORD];
    let mail = Peer::start(python, "mail_server.py", &arguments);
    let mut settings = settings(scheme, &mail);
    let password = pair.key.with_file_name("mail-password");
    std::fs::write(&password, format!("{PASSWORD}\n")).unwrap();
    settings.push(("MAIL__USER", USER.into()));
    settings.push(("MAIL__PASSWORD_FILE", text(&password).into()));
    (mail, settings)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn starttls_and_smtps_deliver_to_a_server_of_the_named_authority() {
    let Some(python) = peer::python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let own = Authority::new(folder.path(), "own");
    for (scheme, shape) in [("smtp+starttls", "starttls"), ("smtps", "smtps")] {
        let (mail, mut settings) = with_tls(&python, scheme, shape, &own, "localhost");
        settings.push(("MAIL__CA_FILE", text(&own.file).into()));
        let program = Program::new(settings);
        assert!(program.done(&["serve", "--check-config"]).contains("in order"));
        let center = beside(&program).await;
        let id = send(&center, "alice@example.com", message(Template::Code, "zh-Hans")).await;
        let _server = program.serve();
        let arrived = until_mailed(&mail, "alice@example.com", 1);
        assert_eq!((&arrived[0]["tls"], &arrived[0]["user"]), (&json!(true), &json!(USER)), "{scheme}");
        assert_eq!(header(&arrived[0], "Message-ID"), format!("<{id}@example.com>"));
        assert!(part(&arrived[0], "text/plain").contains("012345"));
        let secrets = Secrets::default();
        for secret in ["012345", PASSWORD, "alice@example.com"] {
            secrets.add(secret);
        }
        secrets.assert_none_in("a log line", &program.logs_without_times());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mail_and_no_password_go_to_a_server_whose_certificate_is_not_right_or_that_has_none() {
    let Some(python) = peer::python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (own, other) = (Authority::new(folder.path(), "own"), Authority::new(folder.path(), "other"));
    let tls = "TLS with the mail server failed";
    for (what, scheme, shape, authority, host, trusted, words) in [
        ("another authority", "smtps", "smtps", &other, "localhost", Some(&own), tls),
        ("another authority", "smtp+starttls", "starttls", &other, "localhost", Some(&own), tls),
        ("another name", "smtps", "smtps", &own, "mail.example.com", Some(&own), tls),
        ("another name", "smtp+starttls", "starttls", &own, "mail.example.com", Some(&own), tls),
        ("the system's authorities", "smtps", "smtps", &own, "localhost", None, tls),
        (
            "no STARTTLS offered",
            "smtp+starttls",
            "plain",
            &own,
            "localhost",
            Some(&own),
            "does not do what is configured",
        ),
    ] {
        let (mail, mut settings) = with_tls(&python, scheme, shape, authority, host);
        if let Some(trusted) = trusted {
            settings.push(("MAIL__CA_FILE", text(&trusted.file).into()));
        }
        let program = Program::new(settings);
        let center = beside(&program).await;
        send(&center, "alice@example.com", message(Template::Code, "en")).await;
        let server = program.serve();
        server.until_logged(words);
        assert!(mail.said().is_empty(), "{what}: {:?}", mail.said());
    }
}

#[test]
fn a_file_of_authorities_is_checked_before_anything_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, "no certificate").unwrap();
    let credentials = folder.path().join("credentials");
    std::fs::write(&credentials, "an-access-key\na-secret-key\n").unwrap();
    let own = Authority::new(folder.path(), "own");
    for (key, variable, more) in [
        ("mail.ca-file", "MAIL__CA_FILE", vec![("MAIL__URL", "smtps://mail.example.com".to_owned())]),
        ("sms.ca-file", "SMS__CA_FILE", vec![("SMS__URL", "https://sms.example.com".to_owned())]),
        (
            "documents.s3.ca-file",
            "DOCUMENTS__S3__CA_FILE",
            vec![
                ("DOCUMENTS__S3__BUCKET", "b".to_owned()),
                ("DOCUMENTS__S3__REGION", "r".to_owned()),
                ("DOCUMENTS__S3__CREDENTIALS_FILE", text(&credentials).to_owned()),
            ],
        ),
    ] {
        for (file, right) in [(&path, false), (&folder.path().join("none.pem"), false), (&own.file, true)] {
            let program = Program::new([more.clone(), vec![(variable, text(file).to_owned())]].concat());
            let said = program.run(&["serve", "--check-config"]);
            let words = String::from_utf8_lossy(&said.stderr).into_owned();
            assert_eq!(said.status.code(), Some(if right { 0 } else { 2 }), "{key}: {words}");
            assert!(right || words.contains(key), "{words}");
        }
    }
}
