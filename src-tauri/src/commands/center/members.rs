//! Sub-accounts, collaborators and invitations.

use tauri::command;
use tessera_center_api::{
    Hidden, Page,
    members::{Collaborator, Invitation, NewCollaborator, SubAccount},
    mfa::Protections,
};
use tessera_center_client::Session;

use crate::{
    center::{ask, requests::key},
    dto::{AccountRef, Failure, NewSubAccount},
    shell::App,
};

#[command]
pub(crate) async fn center_sub_accounts(
    shell: App<'_>,
    who: AccountRef,
    cursor: Option<String>,
    request: u32,
) -> Result<Page<SubAccount>, Failure> {
    let key = key(&("sub-accounts", &who, &cursor));
    let list = move |session: Session, _| async move { session.sub_accounts(cursor.as_deref()).await };
    ask(&shell, request, key, who, list, |page| page).await
}

#[command]
pub(crate) async fn center_create_sub_account(
    shell: App<'_>,
    who: AccountRef,
    sub: NewSubAccount,
    request: u32,
) -> Result<SubAccount, Failure> {
    let key = key(&("create-sub-account", &who, &sub));
    let create = move |session: Session, intent| async move {
        let NewSubAccount { name, email, language, mfa_required } = sub;
        let email = Hidden::new(email);
        let new = tessera_center_api::members::NewSubAccount { name, email, language, mfa_required };
        session.create_sub_account(&new, &intent).await
    };
    ask(&shell, request, key, who, create, |made| made).await
}

#[command]
pub(crate) async fn center_invite_sub_account_again(
    shell: App<'_>,
    who: AccountRef,
    sub: i64,
    email: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("invite-again", &who, sub, &email));
    let invite = move |session: Session, _| async move {
        session.invite_sub_account_again(sub, Hidden::new(email)).await
    };
    ask(&shell, request, key, who, invite, |()| ()).await
}

#[command]
pub(crate) async fn center_remove_sub_account(
    shell: App<'_>,
    who: AccountRef,
    sub: i64,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("remove-sub-account", &who, sub));
    let remove = move |session: Session, _| async move { session.remove_sub_account(sub).await };
    ask(&shell, request, key, who, remove, |()| ()).await
}

#[command]
pub(crate) async fn center_require_sub_account_mfa(
    shell: App<'_>,
    who: AccountRef,
    sub: i64,
    required: bool,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("require-sub-account-mfa", &who, sub, required));
    let require =
        move |session: Session, _| async move { session.require_sub_account_mfa(sub, required).await };
    ask(&shell, request, key, who, require, |()| ()).await
}

#[command]
pub(crate) async fn center_unbind_sub_account_device(
    shell: App<'_>,
    who: AccountRef,
    sub: i64,
    device: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("unbind-sub-account-device", &who, sub, &device));
    let unbind =
        move |session: Session, _| async move { session.unbind_sub_account_device(sub, &device).await };
    ask(&shell, request, key, who, unbind, |()| ()).await
}

#[command]
pub(crate) async fn center_set_sub_account_protections(
    shell: App<'_>,
    who: AccountRef,
    sub: i64,
    protections: Protections,
    request: u32,
) -> Result<Protections, Failure> {
    let key = key(&("protect-sub-account", &who, sub, &protections));
    let protect =
        move |session: Session, _| async move { session.protect_sub_account(sub, protections).await };
    ask(&shell, request, key, who, protect, |set| set).await
}

#[command]
pub(crate) async fn center_collaborators(
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<Vec<Collaborator>, Failure> {
    let key = key(&("collaborators", &who));
    ask(&shell, request, key, who, |session, _| async move { session.collaborators().await }, |all| all).await
}

#[command]
pub(crate) async fn center_invite_collaborator(
    shell: App<'_>,
    who: AccountRef,
    email: String,
    mfa_required: bool,
    request: u32,
) -> Result<Collaborator, Failure> {
    let key = key(&("invite-collaborator", &who, &email, mfa_required));
    let invite = move |session: Session, intent| async move {
        let new = NewCollaborator { email: Hidden::new(email), mfa_required };
        session.invite_collaborator(&new, &intent).await
    };
    ask(&shell, request, key, who, invite, |made| made).await
}

#[command]
pub(crate) async fn center_require_collaborator_mfa(
    shell: App<'_>,
    who: AccountRef,
    collaborator: String,
    required: bool,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("require-collaborator-mfa", &who, &collaborator, required));
    let require = move |session: Session, _| async move {
        session.require_collaborator_mfa(&collaborator, required).await
    };
    ask(&shell, request, key, who, require, |()| ()).await
}

#[command]
pub(crate) async fn center_end_collaborator(
    shell: App<'_>,
    who: AccountRef,
    collaborator: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("end-collaborator", &who, &collaborator));
    let end = move |session: Session, _| async move { session.end_collaborator(&collaborator).await };
    ask(&shell, request, key, who, end, |()| ()).await
}

#[command]
pub(crate) async fn center_invitations(
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<Vec<Invitation>, Failure> {
    let key = key(&("invitations", &who));
    ask(&shell, request, key, who, |session, _| async move { session.invitations().await }, |all| all).await
}

#[command]
pub(crate) async fn center_accept_invitation(
    shell: App<'_>,
    who: AccountRef,
    invitation: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("accept-invitation", &who, &invitation));
    let accept = move |session: Session, _| async move { session.accept_invitation(&invitation).await };
    ask(&shell, request, key, who, accept, |()| ()).await
}

#[command]
pub(crate) async fn center_decline_invitation(
    shell: App<'_>,
    who: AccountRef,
    invitation: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("decline-invitation", &who, &invitation));
    let decline = move |session: Session, _| async move { session.decline_invitation(&invitation).await };
    ask(&shell, request, key, who, decline, |()| ()).await
}
