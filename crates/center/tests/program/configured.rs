//! Configuration: checked by key, and TLS as it says.

use crate::server::{Server, folder, run};

#[test]
fn a_certificate_is_served_with_and_plain_requests_are_not() {
    let folder = folder();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let settings = [
        ("SERVER__TLS__CERTIFICATE", certificate.to_str().unwrap()),
        ("SERVER__TLS__KEY", key.to_str().unwrap()),
    ];
    let server = Server::start(folder.path(), &settings);
    let status = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
        let client = reqwest::Client::builder().tls_certs_only([root]).build().unwrap();
        let url = format!("https://localhost:{}/readyz", server.address.port());
        client.get(url).send().await.unwrap().status()
    });
    assert_eq!(status, 204);
    assert!(!server.get("/readyz").starts_with("HTTP/1.1 2"));
    std::fs::write(&key, "nonsense").unwrap();
    let said = run(folder.path(), &settings, &["serve", "--check-config"]);
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("server.tls"), "{said:?}");
}

#[test]
fn a_configuration_is_checked_by_key_and_nothing_is_made() {
    let folder = folder();
    let check = ["serve", "--check-config"];
    let said = run(folder.path(), &[], &check);
    assert!(said.status.success() && String::from_utf8_lossy(&said.stdout).contains("in order"));
    for (name, value, key) in [
        ("RULES__CODE_TRIES", "0", "rules.code-tries"),
        ("MAIL__URL", "smtp://mail.example.com", "mail.url"),
        ("MAIL__FROM", "nobody", "mail.from"),
        ("SMS__BODY", "{{ to }}", "sms.body"),
        ("SMS__URL", "ftp://x", "sms.url"),
        ("SERVER__LISTEN", "here", "server.listen"),
        ("RULES__NONE", "1", "none"),
    ] {
        let said = run(folder.path(), &[(name, value)], &check);
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(2), "{name}: {words}");
        assert!(words.contains(key), "{name}: {words}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
