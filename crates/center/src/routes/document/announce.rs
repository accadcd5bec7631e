//! `POST /v1/tickets/{ticket}/documents` and `POST /v1/tickets/{ticket}/documents/{document}/removal`

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::{Deserialize, Serialize};
use tessera_center_api::document::{AnnounceDocument, AnnouncedDocument, PIECE_BYTES_MAX};
use tessera_center_api::{ErrorCode, Hidden};
use utoipa::ToSchema;

use crate::http::{Body, Claim, IdempotencyKey, Refusal, Refusals, Reply, Shared, SignedIn};
use crate::rules::document::{self, Announced};
use crate::rules::ticket::{Applicant, own, query_code};

/// Announces a document of a ticket: by the session of the account it was filed from, or by its query code.
#[utoipa::path(post, path = "/v1/tickets/{ticket}/documents", tag = "documents", security((), ("session" = [])),
    params(("ticket" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = AnnounceDocument,
    responses((status = 201, body = AnnouncedDocument), Refusals))]
pub(super) async fn announce(
    State(center): State<Shared>,
    Path(ticket): Path<String>,
    key: IdempotencyKey,
    caller: Caller,
    Body(wish): Body<AnnounceDocument>,
) -> Result<Response, Refusal> {
    let applicant = caller.applicant(wish.query_code.as_ref())?;
    let mut tx = center.begin().await?;
    let found = own(&mut tx, &applicant, &ticket).await?;
    let receipt = match key.claim(&mut tx, &center, "announce-document", ticket.as_bytes(), &wish).await? {
        Claim::Done(answer) => return Ok(answer),
        Claim::New(receipt) => receipt,
    };
    let announced = Announced {
        kind: wish.kind,
        bytes: wish.bytes,
        digest: HEXLOWER_PERMISSIVE.decode(wish.digest.as_bytes()).unwrap_or_default(),
        list_version: wish.list_version,
    };
    let (document, upload) = document::announce(&mut tx, &center, &found, &announced).await?;
    let reply = Reply::created(AnnouncedDocument {
        document,
        // The applicant sends the pieces with it; it is handed out here and nowhere else.
        upload: Hidden::new(upload.expose_secret().as_str()),
        piece_bytes: i64::try_from(PIECE_BYTES_MAX).unwrap_or(i64::MAX),
    });
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}

/// The query code of a ticket without an account.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ByCode {
    /// The ticket's query code, when there is no session.
    #[serde(default)]
    query_code: Option<Hidden>,
}

/// Takes a document out of a ticket that may still be changed.
#[utoipa::path(post, path = "/v1/tickets/{ticket}/documents/{document}/removal", tag = "documents", security((), ("session" = [])),
    params(("ticket" = String, Path), ("document" = String, Path)), request_body = ByCode,
    responses((status = 204, description = "Removed"), Refusals))]
pub(super) async fn remove(
    State(center): State<Shared>,
    Path((ticket, id)): Path<(String, String)>,
    caller: Caller,
    Body(wish): Body<ByCode>,
) -> Result<StatusCode, Refusal> {
    let applicant = caller.applicant(wish.query_code.as_ref())?;
    let mut tx = center.begin().await?;
    let found = own(&mut tx, &applicant, &ticket).await?;
    document::remove(&mut tx, &found, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who asks, if it is somebody with a session. A token that is no session's is refused rather than passed over.
pub(super) struct Caller(Option<SignedIn>);

impl Caller {
    fn applicant(&self, code: Option<&Hidden>) -> Result<Applicant, Refusal> {
        if let Some(caller) = &self.0 {
            return Ok(Applicant::Account(caller.id()));
        }
        // Only its hash is compared.
        let hash = code.and_then(|code| query_code::read(code.expose_secret()));
        hash.map(Applicant::Code).ok_or_else(|| {
            Refusal::new(
                ErrorCode::NotFound,
                "There is no such ticket of yours. Sign in, or give the ticket's query code.",
            )
        })
    }
}

impl axum::extract::FromRequestParts<Shared> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        center: &Shared,
    ) -> Result<Self, Refusal> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self(None));
        }
        <SignedIn as axum::extract::FromRequestParts<Shared>>::from_request_parts(parts, center)
            .await
            .map(|caller| Self(Some(caller)))
    }
}
