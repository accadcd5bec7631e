//! Sending a sealed document: announced once, then in pieces, going on where it stopped.

use reqwest::Method;
use tessera_center_api::document::{AnnounceDocument, AnnouncedDocument, ResealDocument, UploadProgress};
use tessera_center_api::ticket::DocumentKind;
use tessera_center_api::{ErrorCode, Hidden};

use crate::document::SealedDocument;
use crate::{Applicant, BadAnswer, Center, ClientError, Intent, Staff};

/// The size of a piece, if the center takes it: small enough to show progress on a slow line.
const PIECE: usize = 256 * 1024;

/// A document on its way. It can be sent on after a break, in this run of the program.
#[derive(Debug)]
pub struct Upload {
    center: Center,
    document: String,
    token: Hidden,
    sealed: SealedDocument,
    piece: usize,
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are there.
    pub sent: usize,
    /// Bytes in all.
    pub total: usize,
}

fn announcement(sealed: &SealedDocument) -> i64 {
    i64::try_from(sealed.bytes().len()).unwrap_or(i64::MAX)
}

impl Applicant {
    /// Announces a document of a ticket.
    pub async fn announce(
        &self,
        ticket: &str,
        kind: DocumentKind,
        sealed: SealedDocument,
        intent: &Intent,
    ) -> Result<Upload, ClientError> {
        let wish = AnnounceDocument {
            kind,
            bytes: announcement(&sealed),
            digest: sealed.digest().to_owned(),
            list_version: sealed.list_version(),
        };
        let exchange = self.ask(Method::POST, &["tickets", ticket, "documents"]).intent(intent).json(&wish);
        Upload::of(&self.center, exchange.read().await?, sealed)
    }
}

impl Staff {
    /// Announces a document that was sealed anew, in place of the old ciphertext.
    pub async fn announce_resealed(
        &self,
        document: &str,
        sealed: SealedDocument,
        intent: &Intent,
    ) -> Result<Upload, ClientError> {
        let wish = ResealDocument {
            bytes: announcement(&sealed),
            digest: sealed.digest().to_owned(),
            list_version: sealed.list_version(),
        };
        let exchange =
            self.ask(Method::POST, &["staff", "documents", document, "reseal"]).intent(intent).json(&wish);
        Upload::of(&self.center, exchange.read().await?, sealed)
    }
}

impl Upload {
    fn of(center: &Center, answer: AnnouncedDocument, sealed: SealedDocument) -> Result<Self, ClientError> {
        let most = usize::try_from(answer.piece_bytes).ok().filter(|most| *most > 0);
        Ok(Self {
            center: center.clone(),
            document: answer.document,
            token: answer.upload,
            sealed,
            piece: most.ok_or(BadAnswer::Shape)?.min(PIECE),
        })
    }

    /// The document's number at the center.
    pub fn document(&self) -> &str {
        &self.document
    }

    /// Sends what is not there yet. After an error, or when it was dropped, it is called again and goes on from where the
    /// center says it is.
    pub async fn send(&self, mut told: impl FnMut(Progress)) -> Result<(), ClientError> {
        let total = self.sealed.bytes().len();
        let mut at = self.progress().await?;
        loop {
            let sent = place(&at, total)?;
            told(Progress { sent, total });
            if at.complete {
                return Ok(());
            }
            let end = sent.saturating_add(self.piece).min(total);
            let piece = self.sealed.bytes().get(sent..end).filter(|piece| !piece.is_empty());
            // All is there and it does not count: no piece can change that.
            let piece = piece.ok_or(BadAnswer::Shape)?;
            let next: UploadProgress = match self.put(sent, piece).await {
                // Sent twice, after a break whose answer was lost.
                Err(ClientError::Problem(problem)) if problem.code == ErrorCode::WrongState => {
                    self.progress().await?
                }
                answer => answer?,
            };
            // A center that never gets on would be sent to for ever.
            if !next.complete && next.received <= at.received {
                return Err(BadAnswer::Shape.into());
            }
            at = next;
        }
    }

    async fn progress(&self) -> Result<UploadProgress, ClientError> {
        let exchange = self.center.get(&["documents", &self.document, "upload"]);
        // The upload's own token, which the announcement gave for it.
        exchange.bearer(self.token.expose_secret()).read().await
    }

    async fn put(&self, begins_at: usize, piece: &[u8]) -> Result<UploadProgress, ClientError> {
        let exchange = self.center.ask(Method::PUT, &["documents", &self.document, "upload"]);
        let exchange = exchange.query("begins_at", Some(&begins_at.to_string())).bytes(piece.to_vec());
        // The upload's own token, which the announcement gave for it.
        exchange.bearer(self.token.expose_secret()).read().await
    }
}

fn place(at: &UploadProgress, total: usize) -> Result<usize, ClientError> {
    let received = usize::try_from(at.received).ok().filter(|received| *received <= total);
    received.ok_or_else(|| BadAnswer::Shape.into())
}
