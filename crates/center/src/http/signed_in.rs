//! Who asks.

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use tessera_center_api::ErrorCode;

use super::{Refusal, Shared};
use crate::clock::{MINUTE, Unix};
use crate::store::tables::account::{Account, AccountId};
use crate::store::tables::contact::Contact;
use crate::store::tables::session::{self, Session};
use crate::token::{PlainToken, TokenHash};

/// How often the use of a session is noted at most: each note is a write in a request that may only read, and sessions live for
/// days. Where they are to end sooner, it is noted ten times in that.
const NOTED_EVERY: Unix = 10 * MINUTE;

/// An account with a session that has not ended and may do all. A handler that takes it serves nobody else.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Session);

impl SignedIn {
    /// The account.
    pub const fn account(&self) -> &Account {
        &self.0.account
    }

    /// The trusted device that the session was begun on. Whether it is trusted still is looked up where it counts.
    pub fn trusted(&self) -> Option<TokenHash> {
        self.0.trusted.as_deref().and_then(TokenHash::from_bytes)
    }

    /// Its number.
    pub const fn id(&self) -> AccountId {
        self.0.account.id
    }
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, center: &Shared) -> Result<Self, Refusal> {
        let SignedInToBind(caller) = SignedInToBind::from_request_parts(parts, center).await?;
        unrestricted(caller)
    }
}

/// The same with the contacts of the account, which come in the same query: for the page that almost every client asks first.
#[derive(Debug, Clone)]
pub struct SignedInWithContacts(pub SignedIn, pub Vec<Contact>);

impl FromRequestParts<Shared> for SignedInWithContacts {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, center: &Shared) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers).ok_or_else(ended)?;
        let found = session::find_with_contacts(&center.db, &center.keys, token.hash()).await?;
        let (found, contacts) = found.ok_or_else(ended)?;
        Ok(Self(unrestricted(open(center, found).await?)?, contacts))
    }
}

/// Any session, also one that may only bind an MFA device: for what leads there, and for signing out.
#[derive(Debug, Clone)]
pub struct SignedInToBind(pub SignedIn);

impl FromRequestParts<Shared> for SignedInToBind {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, center: &Shared) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers).ok_or_else(ended)?;
        let found = session::find(&center.db, token.hash()).await?.ok_or_else(ended)?;
        Ok(Self(open(center, found).await?))
    }
}

fn ended() -> Refusal {
    Refusal::new(ErrorCode::NotSignedIn, "There is no session, or it has ended. Sign in again.")
}

/// A session that has not ended by age. That it was used is noted now and then.
async fn open(center: &Shared, found: Session) -> Result<SignedIn, Refusal> {
    let (now, rules) = (center.now(), &center.config.rules);
    if now - found.seen_at >= rules.session_idle || now - found.created_at >= rules.session_life {
        return Err(ended());
    }
    if now - found.seen_at >= NOTED_EVERY.min(rules.session_idle / 10) {
        session::seen(center.db.pool(), &found.id, now).await?;
    }
    Ok(SignedIn(found))
}

fn unrestricted(caller: SignedIn) -> Result<SignedIn, Refusal> {
    if caller.0.restricted {
        return Err(Refusal::new(
            ErrorCode::MfaBindingRequired,
            "The owner of this account requires an MFA device. Bind one, then go on.",
        ));
    }
    Ok(caller)
}

/// The token of `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<PlainToken> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    PlainToken::from_text(token.trim())
}
