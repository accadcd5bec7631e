//! `Idempotency-Key`: the same POST twice has one effect, also at two servers and across a crash.
//!
//! The key is taken in the transaction of the effect and its answer is kept there, so that both stand or neither does.

use axum::extract::FromRequestParts;
use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tessera_center_api::ErrorCode;

use super::{Refusal, Shared};
use crate::keys::{Seal, same};
use crate::store::Tx;
use crate::store::tables::answer;

/// The header, if it was sent: 1 to 128 visible ASCII characters.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(Option<String>);

impl FromRequestParts<Shared> for IdempotencyKey {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Refusal> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let text = value.to_str().ok().filter(|text| {
            (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        });
        text.map(|text| Self(Some(text.to_owned()))).ok_or_else(|| {
            Refusal::new(
                ErrorCode::BadRequest,
                "Idempotency-Key takes 1 to 128 visible ASCII characters; a UUID serves well.",
            )
        })
    }
}

/// What taking the key came to.
pub enum Claim {
    /// Do it, then keep the answer under this receipt.
    New(Receipt),
    /// It was done: this was the answer.
    Done(Response),
}

/// The right to keep the answer.
pub struct Receipt(Option<[u8; 32]>);

/// An answer that can be kept: a status and a JSON body.
pub struct Reply<T> {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: T,
}

impl<T> Reply<T> {
    /// 201.
    pub const fn created(body: T) -> Self {
        Self { status: StatusCode::CREATED, body }
    }

    /// 200.
    pub const fn ok(body: T) -> Self {
        Self { status: StatusCode::OK, body }
    }
}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        (self.status, axum::Json(self.body)).into_response()
    }
}

impl IdempotencyKey {
    /// Takes the key for this caller, endpoint and body. `who` tells callers apart: a session, a flow, a peer.
    ///
    /// # Errors
    /// When the key belongs to another body, or the database is away.
    pub async fn claim(
        &self,
        tx: &mut Tx,
        center: &Shared,
        endpoint: &str,
        who: &[u8],
        body: &impl Serialize,
    ) -> Result<Claim, Refusal> {
        let Some(key) = &self.0 else { return Ok(Claim::New(Receipt(None))) };
        let id: [u8; 32] = Sha256::new()
            .chain_update(endpoint)
            .chain_update([0])
            .chain_update(Sha256::digest(who))
            .chain_update(key)
            .finalize()
            .into();
        let body = zeroize::Zeroizing::new(serde_json::to_vec(body).map_err(Refusal::internal)?);
        // A keyed digest: the body may hold a short code, and a plain one could be guessed back.
        let digest = center.keys.index(crate::keys::Index::Code, &[&id[..], &body].concat());
        let Some(given) = answer::claim(tx, &id, &digest, center.now()).await? else {
            return Ok(Claim::New(Receipt(Some(id))));
        };
        if !same(&given.digest, &digest) {
            return Err(Refusal::new(
                ErrorCode::KeyReused,
                "This Idempotency-Key was used with another body. Take a new one for a new request.",
            ));
        }
        let plain = center.keys.open(Seal::Answer, &id, &given.body).map_err(Refusal::internal)?;
        let status = u16::try_from(given.status)
            .ok()
            .and_then(|status| StatusCode::from_u16(status).ok())
            .unwrap_or(StatusCode::OK);
        let body = plain.to_vec();
        Ok(Claim::Done(
            (status, [(axum::http::header::CONTENT_TYPE, "application/json")], body).into_response(),
        ))
    }
}

impl Receipt {
    /// Lets the key go, where nothing was done but what must be committed: a wrong code is counted, and the same key serves
    /// for the right one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn release(self, tx: &mut Tx) -> Result<(), Refusal> {
        let Some(id) = self.0 else { return Ok(()) };
        Ok(answer::release(tx, &id).await?)
    }

    /// Keeps the answer, sealed: it may hold a token.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn keep<T: Serialize>(
        self,
        tx: &mut Tx,
        center: &Shared,
        reply: &Reply<T>,
    ) -> Result<(), Refusal> {
        let Some(id) = self.0 else { return Ok(()) };
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(&reply.body).map_err(Refusal::internal)?);
        let sealed = center.keys.seal(&*center.random, Seal::Answer, &id, &plain)?;
        answer::keep(tx, &id, reply.status.as_u16().into(), &sealed).await?;
        Ok(())
    }
}
