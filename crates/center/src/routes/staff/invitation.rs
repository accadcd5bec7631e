//! `POST /v1/staff/invitations` and `POST /v1/staff/invitations/acceptance`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::Hidden;
use tessera_center_api::staff::{AcceptanceRequest, InvitationOpened, InvitationRequest};

use crate::http::{Body, Peer, Refusal, Refusals, Shared};
use crate::rules::staff;

/// Opens the invitation that the command line printed: a secret for the authenticator.
#[utoipa::path(post, path = "/v1/staff/invitations", tag = "staff", request_body = InvitationRequest,
    responses((status = 200, body = InvitationOpened), Refusals))]
pub(super) async fn open(
    State(center): State<Shared>,
    Body(body): Body<InvitationRequest>,
) -> Result<Json<InvitationOpened>, Refusal> {
    // The token is looked up by its hash.
    let opened = staff::open_invitation(&center, body.token.expose_secret()).await?;
    Ok(Json(InvitationOpened {
        // The client goes on with the flow and puts the secret into its vault.
        flow: Hidden::new(opened.flow.expose_secret().as_str()),
        secret: Hidden::new(opened.secret.as_str()),
        uri: Hidden::new(opened.uri.as_str()),
    }))
}

/// Sets the password and binds the authenticator.
#[utoipa::path(post, path = "/v1/staff/invitations/acceptance", tag = "staff", request_body = AcceptanceRequest,
    responses((status = 204, description = "Accepted: sign in"), Refusals))]
pub(super) async fn accept(
    State(center): State<Shared>,
    peer: Peer,
    Body(body): Body<AcceptanceRequest>,
) -> Result<StatusCode, Refusal> {
    // Each is judged by the rule and goes nowhere else.
    let codes = [body.codes[0].expose_secret(), body.codes[1].expose_secret()];
    staff::accept(&center, body.flow.expose_secret(), body.password.expose_secret(), codes, peer).await?;
    Ok(StatusCode::NO_CONTENT)
}
