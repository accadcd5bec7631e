//! A mail server and an SMS gateway inside the test, each as small as a conversation.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What a server does with the next message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    Take,
    /// Takes it and hangs up before it says so.
    TakeAndHangUp,
    /// Answers this instead.
    Say(String),
}

/// What arrived, and what is done with what comes.
#[derive(Clone)]
pub(crate) struct Post {
    pub(crate) address: SocketAddr,
    arrived: Arc<Mutex<Vec<String>>>,
    next: Arc<Mutex<Vec<Next>>>,
}

impl Post {
    async fn listen() -> (TcpListener, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, Self { address, arrived: Arc::default(), next: Arc::default() })
    }

    /// A mail server.
    pub(crate) async fn smtp() -> Self {
        let (listener, post) = Self::listen().await;
        let own = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = own.clone();
                tokio::spawn(async move {
                    let _ = own.converse(stream).await;
                });
            }
        });
        post
    }

    /// An SMS gateway.
    pub(crate) async fn gateway() -> Self {
        let (listener, post) = Self::listen().await;
        let own = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = own.clone();
                tokio::spawn(async move {
                    let _ = own.answer(stream).await;
                });
            }
        });
        post
    }

    /// An address where nobody listens.
    pub(crate) async fn nobody() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
    }

    /// Does these things with the next messages, the first first; takes all others.
    pub(crate) fn then(&self, next: &[Next]) {
        *self.next.lock().unwrap() = next.iter().rev().cloned().collect();
    }

    pub(crate) fn arrived(&self) -> Vec<String> {
        self.arrived.lock().unwrap().clone()
    }

    fn next(&self) -> Next {
        self.next.lock().unwrap().pop().unwrap_or(Next::Take)
    }

    async fn converse(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 mail.test ready\r\n").await?;
        let mut envelope = String::new();
        while let Some(line) = lines.next_line().await? {
            let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                "MAIL" | "RCPT" => {
                    envelope.extend([&line, "\n"]);
                    "250 well\r\n"
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut text = std::mem::take(&mut envelope);
                    loop {
                        // One that breaks off before its end was never handed over.
                        let Some(line) = lines.next_line().await? else { return Ok(()) };
                        if line == "." {
                            break;
                        }
                        text.extend([&line, "\n"]);
                    }
                    match self.next() {
                        Next::Take => {
                            self.arrived.lock().unwrap().push(text);
                            "250 taken\r\n"
                        }
                        Next::TakeAndHangUp => {
                            self.arrived.lock().unwrap().push(text);
                            return Ok(());
                        }
                        Next::Say(answer) => {
                            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
                            continue;
                        }
                    }
                }
                "QUIT" => return write.write_all(b"221 bye\r\n").await,
                _ => "250 well\r\n",
            };
            write.write_all(answer.as_bytes()).await?;
        }
        Ok(())
    }

    async fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        loop {
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).await? == 0 {
                    return Ok(());
                }
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line == "\r\n" {
                    break;
                }
                head += &line;
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).await?;
            let whole = format!("{head}\n{}", String::from_utf8_lossy(&body));
            let answer = match self.next() {
                Next::Take => "200 OK\r\ncontent-length: 2\r\n\r\n{}".to_owned(),
                Next::TakeAndHangUp => {
                    self.arrived.lock().unwrap().push(whole);
                    return Ok(());
                }
                Next::Say(answer) => {
                    reader.get_mut().write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).await?;
                    continue;
                }
            };
            self.arrived.lock().unwrap().push(whole);
            reader.get_mut().write_all(format!("HTTP/1.1 {answer}").as_bytes()).await?;
        }
    }
}

/// The value of a header of a mail, or of a request.
pub(crate) fn header<'a>(message: &'a str, name: &str) -> &'a str {
    let found = message.lines().find_map(|line| {
        let (own, value) = line.split_once(':')?;
        own.eq_ignore_ascii_case(name).then(|| value.trim())
    });
    found.unwrap_or_else(|| panic!("no {name} in {message}"))
}
