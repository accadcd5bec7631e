//! What protects an account: protections, password, sessions, trusted devices.

use tauri::command;
use tessera_center_api::{login::TrustedDevice, mfa::Protections, session::Session};

use super::hidden;
use crate::{
    center::{ask, requests::key},
    dto::{AccountRef, Failure, Sealed},
    shell::App,
};

#[command]
pub(crate) async fn center_set_protections(
    shell: App<'_>,
    who: AccountRef,
    protections: Protections,
    request: u32,
) -> Result<Protections, Failure> {
    let key = key(&("set-protections", &who, &protections));
    let set = move |session: tessera_center_client::Session, _| async move {
        session.set_protections(protections).await
    };
    ask(&shell, request, key, who, set, |set| set).await
}

#[command]
pub(crate) async fn center_change_account_password(
    shell: App<'_>,
    who: AccountRef,
    password: Sealed,
    request: u32,
) -> Result<(), Failure> {
    let password = hidden(&shell, &password)?;
    let key = key(&("change-password", &who, &password));
    let change = move |session: tessera_center_client::Session, _| async move {
        session.change_password(password).await
    };
    ask(&shell, request, key, who, change, |()| ()).await
}

#[command]
pub(crate) async fn center_sessions(
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<Vec<Session>, Failure> {
    let key = key(&("sessions", &who));
    ask(&shell, request, key, who, |session, _| async move { session.sessions().await }, |all| all).await
}

#[command]
pub(crate) async fn center_end_session(
    shell: App<'_>,
    who: AccountRef,
    session: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("end-session", &who, &session));
    let end = move |own: tessera_center_client::Session, _| async move { own.end_session(&session).await };
    ask(&shell, request, key, who, end, |()| ()).await
}

#[command]
pub(crate) async fn center_end_other_sessions(
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("end-other-sessions", &who));
    ask(&shell, request, key, who, |session, _| async move { session.end_other_sessions().await }, |()| ())
        .await
}

#[command]
pub(crate) async fn center_trusted_devices(
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<Vec<TrustedDevice>, Failure> {
    let key = key(&("trusted-devices", &who));
    ask(&shell, request, key, who, |session, _| async move { session.trusted_devices().await }, |all| all)
        .await
}

#[command]
pub(crate) async fn center_forget_trusted_device(
    shell: App<'_>,
    who: AccountRef,
    device: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("forget-trusted-device", &who, &device));
    let forget = move |session: tessera_center_client::Session, _| async move {
        session.forget_trusted_device(&device).await
    };
    ask(&shell, request, key, who, forget, |()| ()).await
}
