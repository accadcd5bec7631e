//! Who asks about a ticket.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tessera_center_api::ErrorCode;

use super::{Refusal, Shared, SignedIn};
use crate::rules::ticket::{Applicant, query_code};

/// Who follows a ticket: an account with a session, or whoever has the ticket's query code (`Ticket-Code`).
#[derive(Debug, Clone)]
pub struct Follower(pub Applicant);

impl Follower {
    /// What tells one from another, for `Idempotency-Key`.
    pub fn key(&self) -> Vec<u8> {
        match &self.0 {
            Applicant::Account(id) => format!("account {id}").into_bytes(),
            Applicant::Code(hash) => hash.clone(),
        }
    }
}

impl FromRequestParts<Shared> for Follower {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, center: &Shared) -> Result<Self, Refusal> {
        let Some(code) = parts.headers.get("ticket-code") else {
            let caller = SignedIn::from_request_parts(parts, center).await?;
            return Ok(Self(Applicant::Account(caller.id())));
        };
        let hash = code.to_str().ok().and_then(query_code::read);
        hash.map(|hash| Self(Applicant::Code(hash))).ok_or_else(|| {
            Refusal::new(
                ErrorCode::NotSignedIn,
                "This is no query code. It was shown when the ticket was filed.",
            )
        })
    }
}
