//! What a running server shows of itself.

use crate::post;
use crate::server::{Server, folder, post_of, until};

#[test]
fn logs_and_metrics_name_routes_and_never_what_was_asked() {
    let folder = folder();
    let settings =
        [("SERVER__METRICS_LISTEN", "127.0.0.1:0"), ("LOG__FORMAT", "json"), ("LOG__FILTER", "trace")];
    let server = Server::start(folder.path(), &settings);
    let secret = "quiet-lantern-secret";
    let body = format!("{{\"name\": \"{secret}\", \"password\": \"{secret}\"}}");
    server.say(post_of(&body, body.len()).as_bytes());
    server.get(&format!("/v1/{secret}?token={secret}"));
    server.say(
        format!("{secret} /v1/sessions/{secret} HTTP/1.1\r\nhost: {secret}\r\nauthorization: Bearer {secret}\r\nx-request-id: {secret}\r\nconnection: close\r\n\r\n")
            .as_bytes(),
    );
    let answer = server.get("/v1/sessions");
    let id = post::header(&answer, "x-request-id").to_owned();
    until(|| server.log().contains(&id));
    let log = server.log();
    assert!(!log.contains(secret), "{log}");
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert!(line["level"].is_string() && line["timestamp"].is_string());
    }
    assert!(log.contains("\"route\":\"/v1/sessions/{id}\"") && log.contains("\"status\":401"), "{log}");
    let metrics = server.counted();
    assert!(!metrics.contains(secret));
    for wanted in [
        "tessera_center_requests_total{method=\"GET\",route=\"/v1/sessions\",status=\"401\"} 1",
        "tessera_center_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "tessera_center_requests_total{method=\"other\",",
        "tessera_center_outbox_waiting 0",
        "tessera_center_database_errors_total 0",
        "# EOF",
    ] {
        assert!(metrics.contains(wanted), "{wanted} is not in\n{metrics}");
    }
    assert!(server.get("/metrics").starts_with("HTTP/1.1 404"), "metrics are not for the public");
}
