//! `DELETE /v1/contacts/{kind}`

use axum::Json;
use axum::extract::State;
use tessera_center_api::ErrorCode;
use tessera_center_api::contact::{ContactChanged, ContactKind as Api};

use super::{kind_of, proof};
use crate::http::{Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::rules::contacts::{self, By, Contacts};
use crate::rules::identity;
use crate::store::tables::account::Account;
use crate::store::tables::contact::ContactKind;

/// Takes a contact off the account: never the last one where its owner can be reached and prove who they are, nor one that
/// login or operation protection sends codes to. Needs an identity check for this action; every address is told, with a
/// link that undoes it.
#[utoipa::path(delete, path = "/v1/contacts/{kind}", tag = "contacts", security(("session" = [])),
    params(("kind" = Api, Path)), responses((status = 200, body = ContactChanged), Refusals))]
pub(super) async fn remove(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(kind): Named<Api>,
) -> Result<Json<ContactChanged>, Refusal> {
    let kind = kind_of(kind);
    let mut tx = center.begin().await?;
    let account = identity::not_frozen(&mut tx, &caller).await?;
    let proven_by = proof(&mut tx, &center, &caller, kind).await?;
    may_go(&account, &Contacts::read(&mut tx, &center, account.id).await?, kind)?;
    let by = By { proven_by: &proven_by, session: Some(&caller.0.id), peer: &peer.to_string() };
    let undo_until = contacts::change(&mut tx, &center, &account, kind, None, by).await?;
    tx.commit().await?;
    Ok(Json(ContactChanged { undo_until }))
}

fn may_go(account: &Account, contacts: &Contacts, kind: ContactKind) -> Result<(), Refusal> {
    if contacts.get(kind).is_none() {
        return Err(Refusal::new(ErrorCode::NotFound, "The account has no such contact."));
    }
    let reached = [ContactKind::SecurityEmail, ContactKind::SecurePhone];
    if !reached.into_iter().any(|other| other != kind && contacts.get(other).is_some()) {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "This is the last contact by which you can be reached and prove who you are. Set another one first, or change this one.",
        ));
    }
    let needed_by = match kind {
        ContactKind::SecurePhone => "phone",
        ContactKind::SecurityEmail => "email",
        ContactKind::AccountEmail => return Ok(()),
    };
    if [&account.login_protection, &account.operation_protection].into_iter().any(|one| one == needed_by) {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "Login or operation protection sends codes to this contact. Switch the protection to another credential first.",
        ));
    }
    Ok(())
}
