//! `POST /v1/ticket-filings`, `…/code` and `…/proof`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::Hidden;
use tessera_center_api::ticket::{
    CodeSent, FiledTicket, FilingOpened, FilingProof, FilingResend, TicketFiling,
};

use super::wrong_code;
use crate::http::{Body, Claim, IdempotencyKey, Peer, Refusal, Refusals, Reply, Shared};
use crate::rules::ticket::filing::{self, Proven};
use crate::rules::ticket::view;

/// Begins a ticket without an account: a code goes to the applicant's contact. Nothing counts before it came back.
#[utoipa::path(post, path = "/v1/ticket-filings", tag = "tickets",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = TicketFiling,
    responses((status = 201, body = FilingOpened), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn begin(
    State(center): State<Shared>,
    peer: Peer,
    key: IdempotencyKey,
    Body(body): Body<TicketFiling>,
) -> Result<Response, Refusal> {
    let mut tx = center.begin().await?;
    let receipt = match key.claim(&mut tx, &center, "ticket-filings", &peer.tally_key(), &body).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    // The address that the code is sent to.
    let contact = body.contact.expose_secret();
    let (flow, again_at) =
        filing::begin(&mut tx, &center, body.statement.clone(), contact, &body.language, peer).await?;
    // The one who began it goes on with it.
    let flow = Hidden::new(flow.expose_secret().as_str());
    let reply = Reply::created(FilingOpened { flow, again_at });
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}

/// Sends the code of a filing again.
#[utoipa::path(post, path = "/v1/ticket-filings/code", tag = "tickets", request_body = FilingResend,
    responses((status = 200, body = CodeSent), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn send_again(
    State(center): State<Shared>,
    peer: Peer,
    Body(body): Body<FilingResend>,
) -> Result<Json<CodeSent>, Refusal> {
    let mut tx = center.begin().await?;
    // Only its hash is compared.
    let again_at = filing::send_again(&mut tx, &center, body.flow.expose_secret(), peer).await?;
    tx.commit().await?;
    Ok(Json(CodeSent { again_at }))
}

/// Proves the contact: the ticket exists as a draft from now on, and this answer alone shows its query code.
#[utoipa::path(post, path = "/v1/ticket-filings/proof", tag = "tickets",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = FilingProof,
    responses((status = 201, body = FiledTicket), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn prove(
    State(center): State<Shared>,
    key: IdempotencyKey,
    Body(body): Body<FilingProof>,
) -> Result<Response, Refusal> {
    // Both are compared by their hashes.
    let (flow, code) = (body.flow.expose_secret(), body.code.expose_secret());
    let mut tx = center.begin().await?;
    let receipt = match key.claim(&mut tx, &center, "ticket-filings/proof", flow.as_bytes(), &body).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    match filing::prove(&mut tx, &center, flow, code).await? {
        Proven::Wrong => {
            receipt.release(&mut tx).await?;
            tx.commit().await?;
            Err(wrong_code())
        }
        Proven::Filed(ticket, query_code) => {
            let ticket = view::for_applicant(&mut tx, &center, &ticket).await?;
            // Shown this once.
            let reply = Reply::created(FiledTicket { ticket, query_code: Hidden::new(query_code.as_str()) });
            receipt.keep(&mut tx, &center, &reply).await?;
            tx.commit().await?;
            Ok(reply.into_response())
        }
    }
}
