//! Looking after the vault: settings, ways in, log, integrity, merging.

use std::collections::HashMap;

use tauri::{AppHandle, command};
use tauri_plugin_dialog::DialogExt as _;
use tessera_vault::{LockedVault, QuarantineKey, Settle, SlotId, UnlockWith, Vault};

use super::password as opened;
use crate::{
    convert,
    dto::{
        AuditRow, CheckReport, ErrorCode, Failure, MergePick, MergeRow, MergeSide, QuarantineRow,
        RecoveryShown, Sealed, Settings, SettleAction, SlotRow, Take, Task,
    },
    shell::{App, Notice, run},
    strength, window,
};

/// More events than any view shows at once.
const EVENTS_MOST: usize = 10_000;
/// A quarter of a year.
const AUTO_LOCK_MOST_S: u32 = 90 * 24 * 60 * 60;
const CLIPBOARD_MOST_S: u32 = 60 * 60;

#[command]
pub(crate) async fn settings(shell: App<'_>) -> Result<Settings, Failure> {
    run(&shell, |shell| shell.with_vault(|open| Ok(convert::settings(open.vault.settings())))).await
}

#[command]
pub(crate) async fn set_settings(app: AppHandle, shell: App<'_>, settings: Settings) -> Result<(), Failure> {
    run(&shell, move |shell| {
        if settings.auto_lock_s > AUTO_LOCK_MOST_S {
            return Err(Failure::field("auto_lock_s", "The time before locking is too long."));
        }
        if settings.clipboard_s > CLIPBOARD_MOST_S {
            return Err(Failure::field("clipboard_s", "The time on the clipboard is too long."));
        }
        shell.with_vault(|open| {
            let new = convert::settings_over(open.vault.settings(), &settings);
            Ok(open.vault.set_settings(new)?)
        })?;
        window::block_screenshots(&app, settings.block_screenshots);
        Ok(())
    })
    .await
}

#[command]
pub(crate) async fn change_password(
    shell: App<'_>,
    old: Sealed,
    new: Sealed,
    rekey: bool,
) -> Result<Option<RecoveryShown>, Failure> {
    run(&shell, move |shell| {
        let old = opened(shell, &old)?;
        let new = shell.unseal(&new)?;
        strength::require(&new)?;
        let steady = shell.clock.steady();
        shell.with_vault(|open| open.require_password(&old, steady))?;
        let kdf = shell.calibrate();
        if rekey {
            shell.tell_progress(Task::Rekeying);
        }
        let shown = shell.with_vault(|open| {
            let code = open.vault.change_password(&crate::session::to_password(new), kdf, rekey)?;
            Ok(code.map(|code| open.show_recovery(code)))
        })?;
        if shown.is_none() {
            shell.tell(Notice::ReplacePage);
        }
        Ok(shown)
    })
    .await
}

#[command]
pub(crate) async fn new_recovery_code(shell: App<'_>, password: Sealed) -> Result<RecoveryShown, Failure> {
    run(&shell, move |shell| {
        let password = opened(shell, &password)?;
        let steady = shell.clock.steady();
        shell.with_vault(|open| {
            open.require_password(&password, steady)?;
            let code = open.vault.new_recovery_code()?;
            Ok(open.show_recovery(code))
        })
    })
    .await
}

/// Derives the password's key anew, as strongly as slots are made today.
#[command]
pub(crate) async fn strengthen(shell: App<'_>, password: Sealed) -> Result<(), Failure> {
    run(&shell, move |shell| {
        let password = opened(shell, &password)?;
        let steady = shell.clock.steady();
        shell.with_vault(|open| open.require_password(&password, steady))?;
        let kdf = shell.calibrate();
        shell.with_vault(|open| Ok(open.vault.strengthen(&password, kdf)?))
    })
    .await
}

#[command]
pub(crate) async fn slots(shell: App<'_>) -> Result<Vec<SlotRow>, Failure> {
    run(&shell, |shell| {
        shell.with_vault(|open| {
            let log = open.vault.audit_log(EVENTS_MOST)?;
            Ok(open.vault.slots().iter().map(|slot| convert::slot(slot, &log)).collect())
        })
    })
    .await
}

/// Removes a way in. With `rekey` whoever knew it and has a copy of the file cannot follow; that may take a new recovery code.
#[command]
pub(crate) async fn remove_slot(
    shell: App<'_>,
    id: String,
    password: Sealed,
    rekey: bool,
) -> Result<Option<RecoveryShown>, Failure> {
    run(&shell, move |shell| {
        let id: SlotId = id
            .parse()
            .map_err(|error| Failure::with(ErrorCode::InvalidRequest, "That is no slot's id.", error))?;
        let password = opened(shell, &password)?;
        let steady = shell.clock.steady();
        shell.with_vault(|open| open.require_password(&password, steady))?;
        let kdf = rekey.then(|| shell.calibrate());
        if rekey {
            shell.tell_progress(Task::Rekeying);
        }
        shell.with_vault(|open| {
            let code = open.vault.remove_slot(id, kdf.map(|kdf| (&password, kdf)))?;
            Ok(code.map(|code| open.show_recovery(code)))
        })
    })
    .await
}

#[command]
pub(crate) async fn audit_log(shell: App<'_>, newest: usize) -> Result<Vec<AuditRow>, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|open| {
            let records = open.vault.audit_log(newest.min(EVENTS_MOST))?;
            Ok(records.iter().map(|record| convert::audit_row(&open.vault, record)).collect())
        })
    })
    .await
}

#[command]
pub(crate) async fn check_vault(shell: App<'_>) -> Result<CheckReport, Failure> {
    run(&shell, |shell| {
        shell.tell_progress(Task::Checking);
        shell.with_vault(|open| Ok(convert::report(&open.vault.check()?)))
    })
    .await
}

#[command]
pub(crate) async fn quarantine(shell: App<'_>) -> Result<Vec<QuarantineRow>, Failure> {
    run(&shell, |shell| {
        shell.with_vault(|open| Ok(set_aside(&open.vault).into_iter().map(|(_, row)| row).collect()))
    })
    .await
}

/// The quarantined records with the names that the page uses for them: their place, and what they are, so that a name from
/// before a change never means another record.
fn set_aside(vault: &Vault) -> Vec<(QuarantineKey, QuarantineRow)> {
    let row = |(place, record): (usize, &tessera_vault::Quarantined)| {
        use tessera_vault::QuarantineReason as Reason;
        let accept = matches!(record.reason, Reason::Unlisted | Reason::Replayed { .. });
        let mut actions = vec![SettleAction::Drop];
        if accept && record.entry.is_some() {
            actions.push(SettleAction::Accept);
        }
        let credential = record.entry.as_ref().map(|entry| &entry.credential);
        let row = QuarantineRow {
            item: format!("{place}.{}.{:?}", record.id, record.reason),
            reason: convert::quarantine_reason(record.reason),
            table: convert::table(record.table),
            issuer: credential.map(|credential| credential.issuer.clone()),
            account: credential.map(|credential| credential.account.clone()),
            actions,
        };
        (record.key, row)
    };
    vault.quarantine().iter().enumerate().map(row).collect()
}

#[command]
pub(crate) async fn settle(shell: App<'_>, item: String, action: SettleAction) -> Result<(), Failure> {
    run(&shell, move |shell| {
        let how = match action {
            SettleAction::Drop => Settle::Drop,
            SettleAction::Accept => Settle::Accept,
        };
        shell.with_vault(|open| {
            let found = set_aside(&open.vault).into_iter().find(|(_, row)| row.item == item);
            let (key, _) =
                found.ok_or_else(|| Failure::new(ErrorCode::EntryNotFound, "It was settled already."))?;
            Ok(open.vault.settle(&[key], how)?)
        })
    })
    .await
}

#[command]
pub(crate) async fn accept_manifest(shell: App<'_>) -> Result<(), Failure> {
    run(&shell, |shell| shell.with_vault(|open| Ok(open.vault.accept_manifest()?))).await
}

/// After a rollback or a fork: this copy is the one to go on with.
#[command]
pub(crate) async fn accept_as_newest(shell: App<'_>) -> Result<(), Failure> {
    run(&shell, |shell| shell.with_vault(|open| Ok(open.vault.accept_as_newest()?))).await
}

/// Asks for another copy of this vault and lists what differs. The copy is only read.
#[command]
pub(crate) async fn merge_open(
    app: AppHandle,
    shell: App<'_>,
    password: Sealed,
) -> Result<Option<Vec<MergeRow>>, Failure> {
    run(&shell, move |shell| {
        // Opened first: its key does not wait for the dialog.
        let password = opened(shell, &password)?;
        shell.with_vault(|_| Ok(()))?;
        let dialog = app.dialog().file().add_filter("Tessera", &["tessera"]).add_filter("*", &["*"]);
        let Some(path) = dialog.blocking_pick_file().and_then(|chosen| chosen.into_path().ok()) else {
            return Ok(None);
        };
        // Without a state folder: what this device saw is about the vault in use, not about its copies.
        let host = shell.clock.host(None);
        shell.tell_progress(Task::Deriving);
        let other = LockedVault::open_read_only(&path)?.unlock(&UnlockWith::Password(&password), host)?;
        shell.with_vault(|open| {
            if other.id() != open.vault.id() {
                return Err(tessera_vault::VaultError::OtherVault.into());
            }
            let rows = open.vault.compare_with(&other).iter().map(merge_row).collect();
            open.other = Some(Box::new(other));
            Ok(Some(rows))
        })
    })
    .await
}

fn merge_row(item: &tessera_vault::MergeItem) -> MergeRow {
    let side = |entry: &tessera_otp::Entry| MergeSide {
        issuer: entry.credential.issuer.clone(),
        account: entry.credential.account.clone(),
        modified: entry.modified,
        in_trash: entry.deleted.is_some(),
    };
    MergeRow {
        id: convert::id(item.id),
        ours: item.ours.as_ref().map(side),
        theirs: item.theirs.as_ref().map(side),
        proposed: match item.proposed {
            tessera_vault::Take::Ours => Take::Ours,
            tessera_vault::Take::Theirs => Take::Theirs,
            tessera_vault::Take::Both => Take::Both,
        },
    }
}

/// Merges as chosen, and tells how many entries were added or changed. What was not chosen stays ours.
#[command]
pub(crate) async fn merge_apply(shell: App<'_>, picks: Vec<MergePick>) -> Result<u32, Failure> {
    run(&shell, move |shell| {
        let mut takes = HashMap::new();
        for pick in &picks {
            let take = match pick.take {
                Take::Ours => tessera_vault::Take::Ours,
                Take::Theirs => tessera_vault::Take::Theirs,
                Take::Both => tessera_vault::Take::Both,
            };
            takes.insert(convert::entry_id(&pick.id)?, take);
        }
        let choices: Vec<_> =
            takes.into_iter().map(|(id, take)| tessera_vault::MergeChoice { id, take }).collect();
        shell.with_vault(|open| {
            let other = open.other.take().ok_or_else(|| {
                Failure::new(ErrorCode::InvalidRequest, "No other copy is open; choose one first.")
            })?;
            let done = open.vault.merge(&other, &choices)?;
            Ok(convert::small(done.added + done.changed))
        })
    })
    .await
}
