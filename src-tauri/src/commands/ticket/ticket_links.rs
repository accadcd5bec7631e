//! Links that come in messages: objecting, and binding after an approval.

use tauri::{command, ipc::Channel};
use tessera_center_api::{Hidden, ticket::LinkOpened};
use tessera_center_client::MessageLink;
use tessera_otp::Credential;

use crate::{
    center::{Call, PendingDevice, connections::no_center, request, requests::key},
    commands::{
        center::{code, hidden},
        codes::qr,
        devices::Unfinished,
    },
    convert,
    dto::{
        BindProgress, EntryId, ErrorCode, Failure, LinkOutcome, QrShown, Sealed, TicketLink, TicketLinkKind,
    },
    shell::{App, Shell, held, run},
};

fn no_link() -> Failure {
    Failure::new(ErrorCode::CenterAddressInvalid, "This is no link of a ticket.")
}

/// The link that a text is, and the connected center that it belongs to.
fn read(shell: &Shell, text: &str) -> Result<(tessera_vault::RecordId, MessageLink), Failure> {
    if !text.contains("/objections/") && !text.contains("/ticket-links/") {
        return Err(no_link());
    }
    shell.with_vault(|open| {
        let ids: Vec<_> = open.vault.centers().map(|(id, _)| id).collect();
        let found = ids.into_iter().find_map(|id| {
            let client = shell.client(&open.vault, id).ok()?;
            Some((id, client.address().message_link(text)?))
        });
        found.ok_or_else(no_center)
    })
}

#[command]
pub(crate) async fn ticket_read_link(shell: App<'_>, link: Sealed) -> Result<TicketLink, Failure> {
    run(&shell, move |shell| {
        let (center, link) = read(shell, &shell.unseal(&link)?)?;
        let kind = match link {
            MessageLink::Objection(_) => TicketLinkKind::Objection,
            MessageLink::Binding(_) => TicketLinkKind::Binding,
        };
        Ok(TicketLink { kind, center: center.to_string() })
    })
    .await
}

#[command]
pub(crate) async fn ticket_object(
    shell: App<'_>,
    link: Sealed,
    reason: String,
    request: u32,
) -> Result<(), Failure> {
    let link = hidden(&shell, &link)?;
    let key = key(&("object", &link, &reason));
    self::request(&shell, request, key, move |call| async move {
        let (client, link) = call.at_link(link).await?;
        let MessageLink::Objection(token) = link else { return Err(no_link()) };
        Ok(client.object(&token, reason.trim()).await?)
    })
    .await
}

impl Call {
    async fn at_link(&self, link: Hidden) -> Result<(tessera_center_client::Center, MessageLink), Failure> {
        // Its token goes to its center.
        let found = self.blocking(move |shell| read(shell, link.expose_secret())).await?;
        let (_, client) = self.center(&found.0.to_string()).await?;
        Ok((client, found.1))
    }

    fn pending_device(&self) -> Result<PendingDevice, Failure> {
        held(&self.shell.center.pending_device).clone().ok_or_else(crate::center::flows::gone)
    }
}

#[command]
pub(crate) async fn ticket_open_link(
    shell: App<'_>,
    link: Sealed,
    password: Sealed,
    request: u32,
) -> Result<LinkOutcome, Failure> {
    let (link, password) = (hidden(&shell, &link)?, hidden(&shell, &password)?);
    let key = key(&("open-link", &link, &password));
    self::request(&shell, request, key, move |call| async move {
        let (client, link) = call.at_link(link).await?;
        let MessageLink::Binding(token) = link else { return Err(no_link()) };
        match client.open_ticket_link(token, password).await? {
            LinkOpened::Bound => Ok(LinkOutcome::Bound),
            LinkOpened::BindDevice { flow, uri, .. } => {
                // Read for the names in it; the secret stays here until it is bound.
                let credential = Credential::from_uri(uri.expose_secret()).map_err(|_| {
                    Failure::new(ErrorCode::CenterBadAnswer, "The center gave a secret that is none.")
                })?;
                let (issuer, account) = (credential.issuer.clone(), credential.account.clone());
                *held(&call.shell.center.pending_device) = Some(PendingDevice { client, flow, uri });
                Ok(LinkOutcome::BindDevice { issuer, account })
            }
        }
    })
    .await
}

/// Makes the entry in the vault and sends two consecutive codes of it.
#[command]
pub(crate) async fn ticket_bind_link_into_vault(
    shell: App<'_>,
    progress: Channel<BindProgress>,
    request: u32,
) -> Result<EntryId, Failure> {
    let key = key(&"bind-link-into-vault");
    self::request(&shell, request, key, move |call| async move {
        let PendingDevice { client, flow, uri } = call.pending_device()?;
        let entry = call.store_secret(&uri).await?;
        let unfinished = Unfinished::new(&call, entry);
        let codes = call.two_codes(entry, &progress).await?;
        client.bind_ticket_device(flow, codes).await?;
        unfinished.done();
        *held(&call.shell.center.pending_device) = None;
        Ok(convert::id(entry))
    })
    .await
}

/// The secret as a picture, for another authenticator: the person asked for it.
#[command]
pub(crate) async fn ticket_link_qr(shell: App<'_>) -> Result<QrShown, Failure> {
    run(&shell, |shell| {
        shell.with_vault(|_| Ok(()))?;
        let pending = held(&shell.center.pending_device).clone().ok_or_else(crate::center::flows::gone)?;
        // Shown once, on request.
        qr(pending.uri.expose_secret())
    })
    .await
}

#[command]
pub(crate) async fn ticket_bind_link_by_codes(
    shell: App<'_>,
    first: Sealed,
    second: Sealed,
    request: u32,
) -> Result<(), Failure> {
    let codes = [code(&shell, &first)?, code(&shell, &second)?];
    let key = key(&("bind-link-by-codes", &codes));
    self::request(&shell, request, key, move |call| async move {
        let PendingDevice { client, flow, .. } = call.pending_device()?;
        client.bind_ticket_device(flow, codes).await?;
        *held(&call.shell.center.pending_device) = None;
        Ok(())
    })
    .await
}

#[command]
pub(crate) fn ticket_close_link(shell: App<'_>) {
    *held(&shell.center.pending_device) = None;
}
