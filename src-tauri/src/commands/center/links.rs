//! The link between an entry and the account that it belongs to; and what may lie on the clipboard.

use tauri::command;

use crate::{
    center::{
        call,
        connections::{no_center, record_id},
        sessions::{account_of, number},
    },
    convert,
    dto::{AccountRef, EntryId, EntryLink, ErrorCode, Failure},
    shell::{App, run},
};

/// The longest text that is copied: an account's number, a query code.
const COPY_MOST: usize = 256;

#[command]
pub(crate) async fn center_entry_links(shell: App<'_>) -> Result<Vec<EntryLink>, Failure> {
    run(&shell, |shell| {
        shell.with_vault(|open| {
            let links = open.vault.centers().flat_map(|(id, record)| {
                record.accounts.iter().flat_map(move |account| {
                    account.devices.iter().map(move |linked| EntryLink {
                        entry: convert::id(linked.entry),
                        who: AccountRef {
                            center: id.to_string(),
                            account: i64::try_from(account.number).unwrap_or(i64::MAX),
                        },
                        device: Some(linked.device.clone()).filter(|device| !device.is_empty()),
                        account_name: account.name.clone(),
                        center_name: record.name.clone(),
                    })
                })
            });
            // An entry that was deleted for good belongs to nobody.
            Ok(links
                .filter(|link| convert::entry_id(&link.entry).is_ok_and(|id| open.vault.entry(id).is_some()))
                .collect())
        })
    })
    .await
}

#[command]
pub(crate) async fn center_link_entry(
    shell: App<'_>,
    entry: EntryId,
    who: AccountRef,
    device: Option<String>,
) -> Result<(), Failure> {
    let (id, entry) = (record_id(&who.center)?, convert::entry_id(&entry)?);
    call(&shell)
        .vault(move |open| {
            let record = open.vault.center(id).ok_or_else(no_center)?;
            let is_known = account_of(record, who.account).is_some();
            if !is_known || open.vault.entry(entry).is_none() {
                return Err(Failure::new(ErrorCode::EntryNotFound, "The entry or the account is not there."));
            }
            Ok(open.vault.edit_center(id, |record| {
                record.link(number(who.account), entry, device.unwrap_or_default());
            })?)
        })
        .await
}

#[command]
pub(crate) async fn center_unlink_entry(shell: App<'_>, entry: EntryId) -> Result<(), Failure> {
    let entry = convert::entry_id(&entry)?;
    call(&shell)
        .vault(move |open| {
            let ids: Vec<_> = open.vault.centers().map(|(id, _)| id).collect();
            ids.into_iter()
                .try_for_each(|id| Ok(open.vault.edit_center(id, |record| record.unlink(entry))?))
        })
        .await
}

/// No secret, so it stays on the clipboard.
#[command]
pub(crate) async fn center_copy_text(shell: App<'_>, text: String) -> Result<(), Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        if text.len() > COPY_MOST {
            return Err(Failure::new(ErrorCode::InvalidRequest, "That is too long to be copied."));
        }
        shell.clipboard.copy(&text, shell.clock.steady(), None)
    })
    .await
}
