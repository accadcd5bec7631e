//! Servers that are no center, or lie: each becomes a clear error, in bounded time and memory.

use std::sync::Arc;

use tessera_center_client::{Authority, BadAnswer, Center, ClientError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, ServerConfig, pki_types};

/// Answers every request with these bytes, then closes or, with an endless rest, goes on for as long as it is read.
async fn liar(answer: String, endless: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                while endless && stream.write_all(&[b' '; 4096]).await.is_ok() {}
            });
        }
    });
    address
}

fn response(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn asked(answer: String, endless: bool) -> ClientError {
    let address = liar(answer, endless).await;
    let center = Center::new(address.parse().unwrap(), None).unwrap();
    center.about().await.unwrap_err()
}

#[tokio::test]
async fn an_answer_that_no_center_gives_is_named() {
    for (answer, expected) in [
        (response("200 OK", "application/json", "{\"name\":1}"), BadAnswer::Shape),
        (response("200 OK", "application/json", "<html>"), BadAnswer::Shape),
        (response("200 OK", "application/json", ""), BadAnswer::Shape),
        (response("200 OK", "text/html", "{}"), BadAnswer::MediaType),
        (response("404 Not Found", "text/html", "<html>"), BadAnswer::Status(404)),
        (response("500 Oops", "application/json", "{}"), BadAnswer::Status(500)),
        (
            response("418 Tea", "application/problem+json", "{\"code\":\"of-tomorrow\"}"),
            BadAnswer::Status(418),
        ),
    ] {
        let error = asked(answer.clone(), false).await;
        assert!(matches!(error, ClientError::BadAnswer(found) if found == expected), "{answer}: {error:?}");
    }
}

#[tokio::test]
async fn a_problem_whose_status_is_another_is_not_believed() {
    let body = r#"{"type":"about:blank","title":"x","status":401,"code":"not-signed-in","detail":"x"}"#;
    let lied = asked(response("403 No", "application/problem+json", body), false).await;
    assert!(matches!(lied, ClientError::BadAnswer(BadAnswer::Shape)), "{lied:?}");
    let meant = asked(response("401 No", "application/problem+json", body), false).await;
    assert_eq!(meant.code(), Some(tessera_center_api::ErrorCode::NotSignedIn));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_says_where_it_leads() {
    let answer = "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/secret?token=x\r\nContent-Length: 0\r\n\r\n";
    let error = asked(answer.into(), false).await;
    assert!(
        matches!(&error, ClientError::Redirected { to: Some(to) } if to == "elsewhere.example"),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_endless_body_is_broken_off() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
    let error = asked(head.into(), true).await;
    assert!(matches!(error, ClientError::BadAnswer(BadAnswer::TooLong)), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{";
    let error = asked(answer.into(), false).await;
    assert!(matches!(error, ClientError::Unreachable(_)) && error.may_pass(), "{error:?}");
}

/// A TLS server with a certificate for localhost of its own authority.
async fn secured() -> (String, Authority) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let authority = Authority::from_pem(&made.cert.pem()).unwrap();
    let key = pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                let _ = stream.write_all(response("404 No", "text/plain", "").as_bytes()).await;
            });
        }
    });
    (address, authority)
}

#[tokio::test]
async fn a_certificate_is_believed_only_from_the_system_or_the_named_authority() {
    let (address, authority) = secured().await;
    let foreign = Center::new(address.parse().unwrap(), None).unwrap().about().await.unwrap_err();
    assert!(matches!(foreign, ClientError::Certificate(_)), "{foreign:?}");
    let (_, other) = secured().await;
    let wrong = Center::new(address.parse().unwrap(), Some(&other)).unwrap().about().await.unwrap_err();
    assert!(matches!(wrong, ClientError::Certificate(_)), "{wrong:?}");
    let named = Center::new(address.parse().unwrap(), Some(&authority)).unwrap().about().await.unwrap_err();
    assert!(matches!(named, ClientError::BadAnswer(BadAnswer::Status(404))), "{named:?}");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_named() {
    let plain = liar(response("200 OK", "application/json", "{}"), false).await;
    let address = plain.replace("http://127.0.0.1", "https://localhost");
    let error = Center::new(address.parse().unwrap(), None).unwrap().about().await.unwrap_err();
    assert!(matches!(error, ClientError::BadAnswer(BadAnswer::NotTls)), "{error:?}");
}

#[tokio::test]
async fn a_request_that_is_dropped_is_called_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let center = Center::new(address.parse().unwrap(), None).unwrap();
    let request = tokio::spawn(async move { center.about().await });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = [0; 4096];
    assert!(stream.read(&mut head).await.unwrap() > 0);
    request.abort();
    // The connection is closed rather than kept waiting for an answer.
    assert_eq!(stream.read(&mut head).await.unwrap_or(0), 0);
}
