//! `POST /v1/ticket-links` and `POST /v1/ticket-links/device`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::Hidden;
use tessera_center_api::ticket::{LinkBinding, LinkOpened, LinkOpening};

use crate::http::{Body, Peer, Refusal, Refusals, Shared};
use crate::rules::second_factor::plain_code;
use crate::rules::ticket::binding::{self, Opened};

/// Opens the link of an executed ticket with the account's password: a new contact is bound at once, a new device by two codes.
#[utoipa::path(post, path = "/v1/ticket-links", tag = "tickets", request_body = LinkOpening,
    responses((status = 200, body = LinkOpened), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn open(
    State(center): State<Shared>,
    peer: Peer,
    Body(body): Body<LinkOpening>,
) -> Result<Json<LinkOpened>, Refusal> {
    // Both are judged by the rule and go nowhere else.
    let (token, password) = (body.token.expose_secret(), body.password.expose_secret());
    Ok(Json(match binding::open(&center, token, password, peer).await? {
        Opened::Bound => LinkOpened::Bound,
        Opened::Device { flow, secret, uri } => LinkOpened::BindDevice {
            // The client puts the secret into its vault and goes on with the flow.
            flow: Hidden::new(flow.expose_secret().as_str()),
            secret: Hidden::new(secret.as_str()),
            uri: Hidden::new(uri.as_str()),
        },
    }))
}

/// Binds the new device in place of the old ones.
#[utoipa::path(post, path = "/v1/ticket-links/device", tag = "tickets", request_body = LinkBinding,
    responses((status = 204, description = "Bound: sign in with it"), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn bind(
    State(center): State<Shared>,
    peer: Peer,
    Body(body): Body<LinkBinding>,
) -> Result<StatusCode, Refusal> {
    // Compared with the codes of the new secret, and nothing else done with them.
    let codes = [plain_code(body.codes[0].expose_secret()), plain_code(body.codes[1].expose_secret())];
    binding::bind_device(&center, body.flow.expose_secret(), [&codes[0], &codes[1]], peer).await?;
    Ok(StatusCode::NO_CONTENT)
}
