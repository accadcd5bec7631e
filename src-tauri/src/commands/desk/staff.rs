//! Staff: the first sign-in, signing in and out, the reviewer's key.

use tauri::{command, ipc::Channel};
use tessera_center_api::{
    key_list::ReviewerKey,
    staff::{AcceptanceRequest, StaffLoginRequest, StaffMember, StaffName},
};
use tessera_otp::Credential;

use crate::{
    center::{Call, desk::Invitation, flows::gone, request, requests::key},
    commands::{
        center::{code, hidden},
        codes::qr,
        devices::Unfinished,
    },
    convert,
    dto::{BindProgress, CenterId, DeskStatus, EntryId, ErrorCode, Failure, QrShown, Sealed},
    shell::{App, held, run},
};

/// The names in the secret of an invitation.
#[derive(Clone, serde::Serialize)]
pub(crate) struct InvitationNames {
    issuer: String,
    account: String,
}

#[command]
pub(crate) async fn desk_status(shell: App<'_>, center: CenterId) -> Result<DeskStatus, Failure> {
    run(&shell, move |shell| shell.desk_status(&center)).await
}

/// Signs in; without a code the vault's own entry gives it.
#[command]
pub(crate) async fn desk_sign_in(
    shell: App<'_>,
    center: CenterId,
    email: String,
    password: Sealed,
    code: Option<Sealed>,
    request: u32,
) -> Result<StaffMember, Failure> {
    let password = hidden(&shell, &password)?;
    let code = code.map(|typed| self::code(&shell, &typed)).transpose()?;
    let key = key(&("desk-sign-in", &center, &email, &password, &code));
    self::request(&shell, request, key, move |call| async move {
        let (id, client) = call.center(&center).await?;
        let code = match code {
            Some(code) => code,
            // Nobody is told how long the next code is waited for: it is half a minute at most.
            None => {
                call.fresh_code(call.staff_entry(id, email.clone()).await?, &Channel::new(|_| Ok(()))).await?
            }
        };
        let email = email.trim().to_owned();
        let login = StaffLoginRequest { email: email.clone(), password, code };
        let (token, member) = client.sign_in_staff(&login).await?;
        call.staff_begun(id, email, &token, &member).await?;
        Ok(member)
    })
    .await
}

#[command]
pub(crate) async fn desk_sign_out(shell: App<'_>, center: CenterId, request: u32) -> Result<(), Failure> {
    let key = key(&("desk-sign-out", &center));
    self::request(&shell, request, key, move |call| async move {
        if let Ok(staff) = call.staff(&center).await {
            let _ = staff.sign_out().await;
        }
        call.drop_staff_session(&center).await
    })
    .await
}

#[command]
pub(crate) async fn desk_open_invitation(
    shell: App<'_>,
    center: CenterId,
    token: Sealed,
    request: u32,
) -> Result<InvitationNames, Failure> {
    let token = hidden(&shell, &token)?;
    let key = key(&("desk-open-invitation", &center, &token));
    self::request(&shell, request, key, move |call| async move {
        let (id, client) = call.center(&center).await?;
        let opened = client.open_staff_invitation(token).await?;
        // Read for the names in it; the secret stays here until it is accepted.
        let credential = Credential::from_uri(opened.uri.expose_secret()).map_err(|_| {
            Failure::new(ErrorCode::CenterBadAnswer, "The center gave a secret that is none.")
        })?;
        let names =
            InvitationNames { issuer: credential.issuer.clone(), account: credential.account.clone() };
        *held(&call.shell.center.desk.invitation) =
            Some(Invitation { center: id, client, flow: opened.flow, uri: opened.uri });
        Ok(names)
    })
    .await
}

impl Call {
    fn invitation(&self) -> Result<Invitation, Failure> {
        held(&self.shell.center.desk.invitation).clone().ok_or_else(gone)
    }
}

/// The secret as a picture, for another authenticator: the person asked for it.
#[command]
pub(crate) async fn desk_invitation_qr(shell: App<'_>) -> Result<QrShown, Failure> {
    run(&shell, |shell| {
        shell.with_vault(|_| Ok(()))?;
        let invitation = held(&shell.center.desk.invitation).clone().ok_or_else(gone)?;
        // Shown once, on request.
        qr(invitation.uri.expose_secret())
    })
    .await
}

#[command]
pub(crate) async fn desk_accept_into_vault(
    shell: App<'_>,
    password: Sealed,
    progress: Channel<BindProgress>,
    request: u32,
) -> Result<EntryId, Failure> {
    let password = hidden(&shell, &password)?;
    let key = key(&("desk-accept-into-vault", &password));
    self::request(&shell, request, key, move |call| async move {
        let Invitation { center, client, flow, uri } = call.invitation()?;
        let entry = call.store_secret(&uri).await?;
        let unfinished = Unfinished::new(&call, entry);
        let codes = call.two_codes(entry, &progress).await?;
        client.accept_staff_invitation(&AcceptanceRequest { flow, password, codes }).await?;
        unfinished.done();
        let account = call
            .vault(move |open| {
                let found = open.vault.entry(entry);
                Ok(found.map(|found| found.entry.credential.account.clone()).unwrap_or_default())
            })
            .await?;
        call.keep_staff_entry(center, account, entry).await?;
        *held(&call.shell.center.desk.invitation) = None;
        Ok(convert::id(entry))
    })
    .await
}

#[command]
pub(crate) async fn desk_accept_by_codes(
    shell: App<'_>,
    password: Sealed,
    first: Sealed,
    second: Sealed,
    request: u32,
) -> Result<(), Failure> {
    let password = hidden(&shell, &password)?;
    let codes = [code(&shell, &first)?, code(&shell, &second)?];
    let key = key(&("desk-accept-by-codes", &password, &codes));
    self::request(&shell, request, key, move |call| async move {
        let Invitation { client, flow, .. } = call.invitation()?;
        client.accept_staff_invitation(&AcceptanceRequest { flow, password, codes }).await?;
        *held(&call.shell.center.desk.invitation) = None;
        Ok(())
    })
    .await
}

#[command]
pub(crate) fn desk_close_invitation(shell: App<'_>) {
    *held(&shell.center.desk.invitation) = None;
}

#[command]
pub(crate) async fn desk_register_key(
    shell: App<'_>,
    center: CenterId,
    request: u32,
) -> Result<String, Failure> {
    let key = key(&("desk-register-key", &center));
    self::request(&shell, request, key, move |call| async move { call.register_key(&center).await }).await
}

#[command]
pub(crate) async fn desk_keys(
    shell: App<'_>,
    center: CenterId,
    request: u32,
) -> Result<Vec<ReviewerKey>, Failure> {
    let key = key(&("desk-keys", &center));
    self::request(&shell, request, key, move |call| async move {
        let staff = call.staff(&center).await?;
        call.heed_staff(&center, staff.reviewer_keys().await).await
    })
    .await
}

#[command]
pub(crate) async fn desk_members(
    shell: App<'_>,
    center: CenterId,
    request: u32,
) -> Result<Vec<StaffName>, Failure> {
    let key = key(&("desk-members", &center));
    self::request(&shell, request, key, move |call| async move {
        let staff = call.staff(&center).await?;
        call.heed_staff(&center, staff.members().await).await
    })
    .await
}
