//! `tessera log`: what happened to the vault.

use serde::Serialize;
use tessera_vault::{AuditEvent, AuditRecord, EntryId, Vault};

use super::Context;
use crate::failure::Failure;
use crate::text::{columns, name};
use crate::{clock, open};

/// How much of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The newest so many events
    #[arg(long, short = 'n', default_value_t = 50, value_name = "N")]
    newest: usize,
}

#[derive(Serialize)]
struct Row {
    number: u64,
    time: u64,
    event: String,
    id: Option<String>,
    happened: Option<u64>,
}

/// The newest first.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let vault = open::unlock(context)?;
    let mut records = vault.audit_log(args.newest).map_err(open::vault_failure)?;
    records.sort_by_key(|record| std::cmp::Reverse(record.number));
    if context.out.is_json() {
        let rows: Vec<Row> = records.iter().map(Row::of).collect();
        return context.out.value(&rows);
    }
    let rows: Vec<Vec<String>> = records.iter().map(|record| line(record, &vault)).collect();
    context.out.lines(&columns(&rows))
}

impl Row {
    fn of(record: &AuditRecord) -> Self {
        Row {
            number: record.number,
            time: record.time,
            event: event_name(record.event),
            id: record.subject.map(|id| EntryId::from_bytes(id).to_string()),
            happened: record.happened,
        }
    }
}

fn line(record: &AuditRecord, vault: &Vault) -> Vec<String> {
    let about = record.subject.map(EntryId::from_bytes).and_then(|id| vault.entry(id)).map(|known| {
        let credential = &known.entry.credential;
        name(&credential.issuer, &credential.account)
    });
    let happened = record.happened.map(|time| format!("at {} (as the note says)", clock::in_words(time)));
    vec![
        record.number.to_string(),
        clock::in_words(record.time),
        event_words(record.event),
        about.or(happened).unwrap_or_default(),
    ]
}

fn event_name(event: AuditEvent) -> String {
    match event {
        AuditEvent::Other(number) => format!("event_{number}"),
        known => words_of(known).0.to_owned(),
    }
}

fn event_words(event: AuditEvent) -> String {
    match event {
        AuditEvent::Other(number) => format!("event {number} (of a newer version)"),
        known => words_of(known).1.to_owned(),
    }
}

fn words_of(event: AuditEvent) -> (&'static str, &'static str) {
    match event {
        AuditEvent::Created => ("created", "vault made"),
        AuditEvent::FailedUnlock => ("failed_unlock", "failed try to unlock"),
        AuditEvent::UnlockedWithPassword => ("unlocked_with_password", "unlocked with the password"),
        AuditEvent::UnlockedWithRecoveryCode => {
            ("unlocked_with_recovery_code", "unlocked with a recovery code")
        }
        AuditEvent::PasswordChanged => ("password_changed", "password changed"),
        AuditEvent::RecoveryCodeMade => ("recovery_code_made", "recovery code made"),
        AuditEvent::SlotRemoved => ("slot_removed", "slot removed"),
        AuditEvent::Rekeyed => ("rekeyed", "vault key renewed"),
        AuditEvent::SecretShown => ("secret_shown", "secret shown"),
        AuditEvent::QrShown => ("qr_shown", "QR code shown"),
        AuditEvent::EntryAdded => ("entry_added", "entry added"),
        AuditEvent::EntryChanged => ("entry_changed", "entry changed"),
        AuditEvent::EntryTrashed => ("entry_trashed", "entry moved to the trash"),
        AuditEvent::EntryRestored => ("entry_restored", "entry restored"),
        AuditEvent::EntryDeleted => ("entry_deleted", "entry deleted for good"),
        AuditEvent::RecordSettled => ("record_settled", "record settled"),
        AuditEvent::ManifestAccepted => ("manifest_accepted", "list of records accepted as found"),
        AuditEvent::Merged => ("merged", "merged with another copy"),
        AuditEvent::KdfStrengthened => ("kdf_strengthened", "key derivation strengthened"),
        AuditEvent::SettingsChanged => ("settings_changed", "settings changed"),
        AuditEvent::SealedDropped => ("sealed_dropped", "notes of failed tries dropped"),
        AuditEvent::Imported => ("imported", "entries imported"),
        AuditEvent::Exported => ("exported", "entries exported"),
        AuditEvent::BackedUp => ("backed_up", "backup made and proved"),
        AuditEvent::BackupRestored => ("backup_restored", "entries restored from a backup"),
        AuditEvent::ImportUndone => ("import_undone", "an import taken back"),
        AuditEvent::BackupTargetChanged => {
            ("backup_target_changed", "place for backups added, changed or forgotten")
        }
        AuditEvent::BackupDrilled => ("backup_drilled", "backup opened for a drill, or not"),
        AuditEvent::Other(_) => ("other", "event of a newer version"),
    }
}
