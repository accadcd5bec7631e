//! `POST`, `GET` and `DELETE /v1/staff/session`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::Hidden;
use tessera_center_api::staff::{StaffLogin, StaffLoginRequest, StaffMember as Shown};

use crate::Center;
use crate::http::{Body, Peer, Refusal, Refusals, Shared, StaffMember};
use crate::rules::audit::{self, Entry};
use crate::rules::staff;
use crate::store::tables::staff::Staff;
use crate::store::tables::staff_session;

/// Signs a staff member in, with password and code.
#[utoipa::path(post, path = "/v1/staff/session", tag = "staff", request_body = StaffLoginRequest,
    responses((status = 200, body = StaffLogin), Refusals))]
pub(super) async fn sign_in(
    State(center): State<Shared>,
    peer: Peer,
    Body(body): Body<StaffLoginRequest>,
) -> Result<Json<StaffLogin>, Refusal> {
    // Both are judged by the rule and go nowhere else.
    let (password, code) = (body.password.expose_secret(), body.code.expose_secret());
    let (token, found) = staff::sign_in(&center, &body.email, password, code, peer).await?;
    // The one place where the new session's token is handed out.
    let token = Hidden::new(token.expose_secret().as_str());
    Ok(Json(StaffLogin { token, staff: shown(&center, &found)? }))
}

/// Who is signed in.
#[utoipa::path(get, path = "/v1/staff/session", tag = "staff", security(("staff" = [])),
    responses((status = 200, body = Shown), Refusals))]
pub(super) async fn read(State(center): State<Shared>, caller: StaffMember) -> Result<Json<Shown>, Refusal> {
    Ok(Json(shown(&center, caller.staff())?))
}

/// Signs out.
#[utoipa::path(delete, path = "/v1/staff/session", tag = "staff", security(("staff" = [])),
    responses((status = 204, description = "Signed out"), Refusals))]
pub(super) async fn sign_out(
    State(center): State<Shared>,
    caller: StaffMember,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    if staff_session::end(&mut tx, &caller.0.id).await? {
        audit::append(&mut tx, &center, Some(caller.id()), &Entry::new("signed-out")).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(center: &Center, found: &Staff) -> Result<Shown, Refusal> {
    Ok(Shown {
        id: found.id.clone(),
        name: staff::name(center, found)?,
        roles: staff::roles(&found.roles),
        decides_from: found.created_at + center.config.rules.staff_age,
    })
}
