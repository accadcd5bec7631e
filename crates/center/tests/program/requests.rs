//! Asked badly: malformed, oversized, slow, half-closed, too many at once.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use crate::server::{Server, all_of, folder, post_of, until};

#[test]
fn malformed_oversized_slow_and_half_closed_requests_end_and_the_server_stays() {
    let folder = folder();
    let server =
        Server::start(folder.path(), &[("SERVER__HEAD_SECONDS", "1"), ("SERVER__REQUEST_SECONDS", "2")]);
    for (what, bytes, wanted) in [
        ("garbage", b"\x00\x01nonsense\r\n\r\n".to_vec(), "HTTP/1.1 400"),
        ("no host of ours", b"GET / HTTP/1.1\r\n\r\n".to_vec(), "HTTP/1.1 4"),
        (
            "a head without end",
            [b"GET / HTTP/1.1\r\nx: ".to_vec(), vec![b'a'; 200_000]].concat(),
            "HTTP/1.1 431",
        ),
        (
            "too many headers",
            {
                let headers = "x: 1\r\n".repeat(200);
                format!("GET / HTTP/1.1\r\n{headers}\r\n").into_bytes()
            },
            "HTTP/1.1 431",
        ),
        ("an announced body that is too large", post_of("{", 10_000_000).into_bytes(), "HTTP/1.1 413"),
        (
            "a body that is too large",
            {
                let body = format!("\"{}\"", "a".repeat(100_000));
                post_of(&body, body.len()).into_bytes()
            },
            "HTTP/1.1 413",
        ),
        ("no JSON", post_of("{nonsense", 9).into_bytes(), "HTTP/1.1 400"),
        (
            "another method",
            b"BREW /v1/login HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_vec(),
            "HTTP/1.1 405",
        ),
    ] {
        let answer = server.say(&bytes);
        // What arrives after the answer may tear the connection down before the answer is read.
        assert!(
            answer.starts_with(wanted) || (bytes.len() > 50_000 && answer.is_empty()),
            "{what}: {answer}"
        );
    }
    // A head that never ends, and a connection that says nothing: closed after head-seconds.
    for beginning in ["", "GET / HTTP/1.1\r\nho"] {
        let mut stream = server.connect();
        stream.write_all(beginning.as_bytes()).unwrap();
        assert!(!all_of(&mut stream).starts_with("HTTP/1.1 2"), "{beginning}");
    }
    // A body that never ends: answered after request-seconds.
    let mut slow = server.connect();
    slow.write_all(post_of("{\"a\":", 500).as_bytes()).unwrap();
    assert!(all_of(&mut slow).starts_with("HTTP/1.1 503"));
    // Half-closed in the middle of a body, and after a whole request.
    let mut half = server.connect();
    half.write_all(post_of("{\"a\":", 500).as_bytes()).unwrap();
    half.shutdown(Shutdown::Write).unwrap();
    assert!(!all_of(&mut half).starts_with("HTTP/1.1 2"));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 204"));
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn one_connection_too_many_is_closed_and_a_place_that_was_left_is_free() {
    let folder = folder();
    let server = Server::start(folder.path(), &[("SERVER__CONNECTIONS", "2")]);
    let ask = |stream: &mut TcpStream| {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).map(|()| start)
    };
    let (mut first, mut second) = (server.connect(), server.connect());
    assert_eq!((ask(&mut first).unwrap(), ask(&mut second).unwrap()), (*b"HTTP/1.1 204", *b"HTTP/1.1 204"));
    assert_eq!(server.get("/healthz"), "");
    drop(first);
    until(|| server.get("/healthz").starts_with("HTTP/1.1 204"));
}
