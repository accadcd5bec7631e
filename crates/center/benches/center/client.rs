//! As little of an HTTP client as measuring takes: whatever it costs dilutes the ratios.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// One connection that is kept.
pub(crate) struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: vec![0; 64 * 1024] }
    }

    /// As many as that.
    pub(crate) fn several(address: SocketAddr, many: usize) -> Vec<Self> {
        (0..many).map(|_| Self::new(address)).collect()
    }

    /// Sends the bytes of a request; gives the status and the body.
    pub(crate) fn ask(&mut self, request: &[u8]) -> (u16, String) {
        self.stream.write_all(request).unwrap();
        let mut filled = 0;
        loop {
            let more = self.stream.read(&mut self.read[filled..]).unwrap();
            assert!(more > 0, "the server closed the connection");
            filled += more;
            let Some(head) = self.read[..filled].windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let text = std::str::from_utf8(&self.read[..head]).unwrap();
            let length = text
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse::<usize>().unwrap());
            if filled >= head + 4 + length {
                let status = text.split(' ').nth(1).unwrap().parse().unwrap();
                return (status, String::from_utf8(self.read[head + 4..head + 4 + length].to_vec()).unwrap());
            }
        }
    }
}

/// The bytes of a read with a session.
pub(crate) fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// The bytes of a POST.
pub(crate) fn post(path: &str, body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Sends the requests over all connections at once, each over the next one that is free.
pub(crate) fn ask_all(clients: &mut [Client], requests: &[Vec<u8>]) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for client in clients {
            scope.spawn(|| {
                while let Some(request) =
                    requests.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    let (status, body) = client.ask(request);
                    assert_eq!(status, 200, "{body}");
                }
            });
        }
    });
}
