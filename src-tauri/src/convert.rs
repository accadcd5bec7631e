//! The crates' types as the page's, and back. Nothing here decides anything.

use data_encoding::BASE64;
use tessera_otp::{Credential, Digits, Entry, Generator, Period};
use tessera_vault::{EntryRef, Vault};

use crate::dto::{
    self, Algorithm, AuditRow, CandidateForm, CheckReport, DuplicateRow, EntryDetail, EntryEdit, EntryId,
    EntryRow, Failure, Finding, ImportRow, Kind, QuarantineReason, RecordTable, Severity, SlotKind, SlotRow,
    Standing, Warning,
};

/// Deleted entries are kept 30 days (`docs/vault-format.md` §4).
const TRASH_LIFE_S: u64 = 30 * 24 * 60 * 60;

pub(crate) fn kind(kind: tessera_otp::Kind) -> Kind {
    match kind {
        tessera_otp::Kind::Totp => Kind::Totp,
        tessera_otp::Kind::Hotp => Kind::Hotp,
        tessera_otp::Kind::Steam => Kind::Steam,
        tessera_otp::Kind::Motp => Kind::Motp,
        tessera_otp::Kind::Yandex => Kind::Yandex,
    }
}

pub(crate) fn algorithm(algorithm: tessera_otp::Algorithm) -> Algorithm {
    match algorithm {
        tessera_otp::Algorithm::Sha1 => Algorithm::Sha1,
        tessera_otp::Algorithm::Sha256 => Algorithm::Sha256,
        tessera_otp::Algorithm::Sha512 => Algorithm::Sha512,
    }
}

fn hash(algorithm: Algorithm) -> tessera_otp::Algorithm {
    match algorithm {
        Algorithm::Sha1 => tessera_otp::Algorithm::Sha1,
        Algorithm::Sha256 => tessera_otp::Algorithm::Sha256,
        Algorithm::Sha512 => tessera_otp::Algorithm::Sha512,
    }
}

/// An id that the page sent.
pub(crate) fn entry_id(id: &EntryId) -> Result<tessera_vault::EntryId, Failure> {
    id.0.parse()
        .map_err(|error| Failure::with(dto::ErrorCode::InvalidRequest, "That is no entry's id.", error))
}

/// Ids that the page sent.
pub(crate) fn entry_ids(ids: &[EntryId]) -> Result<Vec<tessera_vault::EntryId>, Failure> {
    ids.iter().map(entry_id).collect()
}

/// An id for the page.
pub(crate) fn id(id: tessera_vault::EntryId) -> EntryId {
    EntryId(id.to_string())
}

/// One line of the list.
pub(crate) fn entry_row(found: &EntryRef<'_>, order: u32) -> EntryRow {
    let entry = found.entry;
    let generator = &entry.credential.generator;
    EntryRow {
        id: id(found.id),
        issuer: entry.credential.issuer.clone(),
        account: entry.credential.account.clone(),
        kind: kind(generator.kind()),
        algorithm: generator.algorithm().map(algorithm),
        digits: generator.code_length(),
        period: generator.period().map(Period::get),
        counter: generator.counter(),
        group: entry.group.clone(),
        tags: entry.tags.clone(),
        favorite: entry.favorite,
        has_icon: entry.icon.is_some(),
        needs_pin: generator.needs_pin(),
        uses: found.uses,
        last_used: found.last_used,
        order,
        created: entry.created,
        modified: entry.modified,
        deleted: entry.deleted,
    }
}

/// Everything about one entry but its secret.
pub(crate) fn entry_detail(row: EntryRow, entry: &Entry) -> EntryDetail {
    // Only how long it is leaves this line.
    let secret_bits = u32::try_from(entry.credential.secret.expose_secret().len() * 8).unwrap_or(u32::MAX);
    EntryDetail {
        row,
        note: entry.note.clone(),
        secret_bits,
        has_pin: entry.credential.generator.pin().is_some(),
        purged_at: entry.deleted.map(|at| at.saturating_add(TRASH_LIFE_S)),
    }
}

/// A PNG as the page shows it.
pub(crate) fn icon_url(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", BASE64.encode(png))
}

/// The entry as a person changed it.
pub(crate) fn edited(mut entry: Entry, edit: EntryEdit, now: u64) -> Result<Entry, Failure> {
    entry.credential.issuer = edit.issuer;
    entry.credential.account = edit.account;
    entry.group = edit.group;
    entry.tags = edit.tags;
    entry.note = edit.note;
    entry.favorite = edit.favorite;
    entry.modified = now;
    match &mut entry.credential.generator {
        Generator::Totp { algorithm, digits, period } => {
            *algorithm = edit.algorithm.map_or(*algorithm, hash);
            *digits = edit.digits.map_or(Ok(*digits), digits_of)?;
            *period = edit.period.map_or(Ok(*period), period_of)?;
        }
        Generator::Hotp { algorithm, digits, counter } => {
            *algorithm = edit.algorithm.map_or(*algorithm, hash);
            *digits = edit.digits.map_or(Ok(*digits), digits_of)?;
            *counter = edit.counter.unwrap_or(*counter);
        }
        Generator::Steam | Generator::Motp { .. } | Generator::Yandex { .. } => {}
    }
    let entry = entry.tidied();
    entry.check()?;
    Ok(entry)
}

fn digits_of(digits: u8) -> Result<Digits, Failure> {
    Digits::new(digits).map_err(|error| Failure::field("digits", error.to_string()))
}

fn period_of(seconds: u32) -> Result<Period, Failure> {
    Period::new(seconds).map_err(|error| Failure::field("period", error.to_string()))
}

/// A credential that was typed by hand.
pub(crate) fn credential(
    form: &CandidateForm,
    secret: &str,
    pin: Option<&str>,
) -> Result<Credential, Failure> {
    let secret = match form.kind {
        // mOTP secrets are handed out in hexadecimal; a base32 one that happens to be hexadecimal is meant as such.
        Kind::Motp => {
            tessera_otp::Secret::from_hex(secret).or_else(|_| tessera_otp::Secret::from_base32(secret))?
        }
        _ => tessera_otp::Secret::from_base32(secret)?,
    };
    let pin = pin.filter(|pin| !pin.is_empty()).map(tessera_otp::Pin::new).transpose()?;
    let algorithm = form.algorithm.map_or(tessera_otp::Algorithm::Sha1, hash);
    let digits = form.digits.map_or(Ok(Digits::SIX), digits_of);
    let generator = match form.kind {
        Kind::Totp => {
            let period = form.period.map_or(Ok(Period::THIRTY), period_of)?;
            Generator::Totp { algorithm, digits: digits?, period }
        }
        Kind::Hotp => Generator::Hotp { algorithm, digits: digits?, counter: form.counter.unwrap_or(0) },
        Kind::Steam => Generator::Steam,
        Kind::Motp => Generator::Motp { pin },
        Kind::Yandex => Generator::Yandex { pin },
    };
    let credential = Credential::new(&form.issuer, &form.account, secret, generator);
    // Faults show in the form, not only after the review.
    Entry::new(credential.clone(), 0).tidied().check()?;
    Ok(credential)
}

pub(crate) fn settings(settings: &tessera_vault::Settings) -> dto::Settings {
    dto::Settings {
        auto_lock_s: settings.auto_lock_s,
        lock_on_screen_lock: settings.lock_on_screen_lock,
        lock_on_suspend: settings.lock_on_suspend,
        clipboard_s: settings.clipboard_s,
        hide_codes: settings.hide_codes,
        next_code: settings.next_code,
        sort: match settings.sort {
            tessera_vault::SortOrder::Issuer => dto::Sort::Issuer,
            tessera_vault::SortOrder::Account => dto::Sort::Account,
            tessera_vault::SortOrder::Uses => dto::Sort::Uses,
            tessera_vault::SortOrder::Recent => dto::Sort::Recent,
            tessera_vault::SortOrder::Own => dto::Sort::Own,
        },
        density: match settings.density {
            tessera_vault::Density::Comfortable => dto::Density::Comfortable,
            tessera_vault::Density::Compact => dto::Density::Compact,
        },
        block_screenshots: flag(settings, BLOCK_SCREENSHOTS).unwrap_or(true),
    }
}

/// The shell's own settings among those that the vault keeps as it finds them.
pub(crate) const BLOCK_SCREENSHOTS: &str = "block_screenshots";
/// Whether the person proved to have the recovery code.
pub(crate) const RECOVERY_CONFIRMED: &str = "recovery_confirmed";

/// A switch of the shell's own.
pub(crate) fn flag(settings: &tessera_vault::Settings, name: &str) -> Option<bool> {
    match settings.other.get(name) {
        Some(tessera_vault::SettingValue::Flag(flag)) => Some(*flag),
        _ => None,
    }
}

/// The settings as the page sent them, over those in the vault: what this version does not know stays.
pub(crate) fn settings_over(old: &tessera_vault::Settings, new: &dto::Settings) -> tessera_vault::Settings {
    let mut settings = tessera_vault::Settings {
        auto_lock_s: new.auto_lock_s,
        lock_on_screen_lock: new.lock_on_screen_lock,
        lock_on_suspend: new.lock_on_suspend,
        clipboard_s: new.clipboard_s,
        hide_codes: new.hide_codes,
        next_code: new.next_code,
        sort: match new.sort {
            dto::Sort::Issuer => tessera_vault::SortOrder::Issuer,
            dto::Sort::Account => tessera_vault::SortOrder::Account,
            dto::Sort::Uses => tessera_vault::SortOrder::Uses,
            dto::Sort::Recent => tessera_vault::SortOrder::Recent,
            dto::Sort::Own => tessera_vault::SortOrder::Own,
        },
        density: match new.density {
            dto::Density::Comfortable => tessera_vault::Density::Comfortable,
            dto::Density::Compact => tessera_vault::Density::Compact,
        },
        other: old.other.clone(),
    };
    let shown = tessera_vault::SettingValue::Flag(new.block_screenshots);
    settings.other.insert(BLOCK_SCREENSHOTS.to_owned(), shown);
    settings
}

pub(crate) fn warning(warning: &tessera_vault::Warning) -> Warning {
    use tessera_vault::Warning as From;
    match warning {
        From::RolledBack { seen, found } => Warning::RolledBack { seen: *seen, found: *found },
        From::Fork { seen, found } => Warning::Fork { seen: *seen, found: *found },
        From::WeakKdf(_) => Warning::WeakKdf,
        From::DamagedCopy { table } => Warning::DamagedCopy { what: (*table).to_owned() },
        From::QuarantinedRecords(count) => Warning::QuarantinedRecords { count: small(*count) },
        From::ManifestFailed => Warning::ManifestFailed,
        From::LeavesFailed(_) => Warning::LeavesFailed,
        From::SlotsFailed => Warning::SlotsFailed,
        From::DamagedFile => Warning::DamagedFile,
        From::ReadOnly => Warning::ReadOnly,
        From::FailedUnlocks(count) => Warning::FailedUnlocks { count: small(*count) },
        From::SealedDropped => Warning::SealedDropped,
        From::RekeyDue => Warning::RekeyDue,
        From::SeenNotKept => Warning::SeenNotKept,
        From::NotCompacted => Warning::NotCompacted,
        other => Warning::Other { text: format!("{other:?}") },
    }
}

/// A count for the page; more than four milliards are as many as four milliards.
pub(crate) fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A way in, with the time that the audit log has of it. Its slot may be younger: re-keying and a stronger derivation make
/// slots anew, but no new password.
pub(crate) fn slot(slot: &tessera_vault::SlotInfo, log: &[tessera_vault::AuditRecord]) -> SlotRow {
    use tessera_vault::AuditEvent;
    let renewed = match slot.kind {
        tessera_vault::SlotKind::Password => Some(AuditEvent::PasswordChanged),
        tessera_vault::SlotKind::RecoveryCode => Some(AuditEvent::RecoveryCodeMade),
        tessera_vault::SlotKind::Keyring => None,
    };
    let made = |record: &&tessera_vault::AuditRecord| {
        renewed.is_some_and(|renewed| record.event == renewed || record.event == AuditEvent::Created)
    };
    SlotRow {
        id: slot.id.to_string(),
        kind: match slot.kind {
            tessera_vault::SlotKind::Password => SlotKind::Password,
            tessera_vault::SlotKind::RecoveryCode => SlotKind::Recovery,
            tessera_vault::SlotKind::Keyring => SlotKind::Keyring,
        },
        m_kib: slot.kdf.map(tessera_vault::KdfParams::m_kib),
        t: slot.kdf.map(tessera_vault::KdfParams::t),
        p: slot.kdf.map(tessera_vault::KdfParams::p),
        weak: slot.kdf.is_some_and(tessera_vault::KdfParams::is_below_floor),
        made: log.iter().rev().find(made).map(|record| record.time),
    }
}

pub(crate) fn audit_row(vault: &Vault, record: &tessera_vault::AuditRecord) -> AuditRow {
    let (event, event_number) = audit_event(record.event);
    let about = record.subject.map(tessera_vault::EntryId::from_bytes);
    let named = about.and_then(|id| vault.entry(id)).map(|found| {
        let Credential { issuer, account, .. } = &found.entry.credential;
        if account.is_empty() { issuer.clone() } else { format!("{issuer} ({account})") }
    });
    AuditRow {
        number: record.number,
        time: record.time,
        happened: record.happened,
        event,
        event_number,
        about: about.map(|id| id.to_string()),
        about_name: named,
    }
}

fn audit_event(event: tessera_vault::AuditEvent) -> (dto::AuditEvent, u32) {
    use dto::AuditEvent as To;
    use tessera_vault::AuditEvent as From;
    match event {
        From::Created => (To::VaultMade, 1),
        From::FailedUnlock => (To::FailedUnlock, 2),
        From::UnlockedWithPassword => (To::UnlockedWithPassword, 3),
        From::UnlockedWithRecoveryCode => (To::UnlockedWithRecoveryCode, 4),
        From::PasswordChanged => (To::PasswordChanged, 5),
        From::RecoveryCodeMade => (To::RecoveryCodeMade, 6),
        From::SlotRemoved => (To::SlotRemoved, 7),
        From::Rekeyed => (To::Rekeyed, 8),
        From::SecretShown => (To::SecretShown, 9),
        From::QrShown => (To::QrShown, 10),
        From::EntryAdded => (To::EntriesAdded, 11),
        From::EntryChanged => (To::EntryChanged, 12),
        From::EntryTrashed => (To::EntryTrashed, 13),
        From::EntryRestored => (To::EntryRestored, 14),
        From::EntryDeleted => (To::EntryDeleted, 15),
        From::RecordSettled => (To::QuarantineSettled, 16),
        From::ManifestAccepted => (To::ManifestAccepted, 17),
        From::Merged => (To::Merged, 18),
        From::KdfStrengthened => (To::KdfStrengthened, 19),
        From::SettingsChanged => (To::SettingsChanged, 20),
        From::SealedDropped => (To::SealedDropped, 21),
        From::Imported => (To::Imported, 22),
        From::Exported => (To::Exported, 23),
        From::BackedUp => (To::BackedUp, 24),
        From::BackupRestored => (To::BackupRestored, 25),
        From::ImportUndone => (To::ImportUndone, 26),
        From::BackupTargetChanged => (To::BackupTargetChanged, 27),
        From::BackupDrilled => (To::BackupDrilled, 28),
        From::Other(number) => (To::Unknown, u32::try_from(number).unwrap_or(u32::MAX)),
    }
}

/// An entry in the vault that a found one is compared with.
pub(crate) fn duplicate(found: &EntryRef<'_>) -> DuplicateRow {
    DuplicateRow {
        id: id(found.id),
        issuer: found.entry.credential.issuer.clone(),
        account: found.entry.credential.account.clone(),
        in_trash: found.entry.deleted.is_some(),
    }
}

/// A found entry with what it is to the vault; without secret, PIN and note.
pub(crate) fn import_row(
    vault: &Vault,
    token: &str,
    file: &str,
    place: &str,
    entry: &Entry,
    judged: &tessera_transfer::Judged,
) -> ImportRow {
    let generator = &entry.credential.generator;
    ImportRow {
        token: token.to_owned(),
        file: file.to_owned(),
        place: place.to_owned(),
        issuer: entry.credential.issuer.clone(),
        account: entry.credential.account.clone(),
        kind: kind(generator.kind()),
        algorithm: generator.algorithm().map(algorithm),
        digits: generator.code_length(),
        period: generator.period().map(Period::get),
        counter: generator.counter(),
        group: entry.group.clone(),
        tags: entry.tags.clone(),
        has_note: !entry.note.is_empty(),
        has_icon: entry.icon.is_some(),
        favorite: entry.favorite,
        in_trash: entry.deleted.is_some(),
        standing: match judged.standing {
            tessera_transfer::Standing::New => Standing::New,
            tessera_transfer::Standing::Duplicate => Standing::Duplicate,
            tessera_transfer::Standing::Conflict => Standing::Conflict,
        },
        existing: judged
            .existing
            .iter()
            .filter_map(|id| vault.entry(*id))
            .map(|found| duplicate(&found))
            .collect(),
    }
}

pub(crate) fn table(table: tessera_vault::Table) -> RecordTable {
    match table {
        tessera_vault::Table::Entry => RecordTable::Entry,
        tessera_vault::Table::Private => RecordTable::Private,
        tessera_vault::Table::Audit => RecordTable::Audit,
    }
}

pub(crate) fn quarantine_reason(reason: tessera_vault::QuarantineReason) -> QuarantineReason {
    match reason {
        tessera_vault::QuarantineReason::Unlisted => QuarantineReason::Unlisted,
        tessera_vault::QuarantineReason::Missing => QuarantineReason::Missing,
        tessera_vault::QuarantineReason::Replayed { .. } => QuarantineReason::Replayed,
        tessera_vault::QuarantineReason::Unreadable => QuarantineReason::Unreadable,
        _ => QuarantineReason::Damaged,
    }
}

pub(crate) fn report(report: &tessera_vault::Report) -> CheckReport {
    CheckReport {
        clean: report.is_clean(),
        records: report.records as u64,
        slots: small(report.slots),
        audit_events: report.audit_events as u64,
        findings: report.findings.iter().map(finding).collect(),
    }
}

fn finding(finding: &tessera_vault::Finding) -> Finding {
    use tessera_vault::Finding as From;
    let (severity, what) = match finding {
        From::Structure(text) => (Severity::Error, format!("The file's structure is damaged: {text}")),
        From::Schema(text) => {
            (Severity::Error, format!("The file's tables are not those of a vault: {text}"))
        }
        From::Copy { table } => (
            Severity::Note,
            format!("One of two copies does not verify ({table}); the next change repairs it"),
        ),
        From::Manifest => (Severity::Error, "The list of records does not verify".to_owned()),
        From::Slots => (Severity::Error, "The slots are not those that were listed".to_owned()),
        From::Leaf(number) => {
            (Severity::Error, format!("Part {number} of the list of records does not verify"))
        }
        From::StrayRow { table, row } => {
            (Severity::Warning, format!("A row does not belong there ({table}, {row})"))
        }
        From::Record { table, id, reason } => {
            (Severity::Error, format!("Record {id} ({table:?}): {}", reason_words(*reason)))
        }
        From::AuditEvent { number } => {
            (Severity::Error, format!("Event {number} of the audit log is missing or does not verify"))
        }
        From::Sealed { row } => {
            (Severity::Warning, format!("A note of a failed unlock cannot be read (row {row})"))
        }
        other => (Severity::Error, format!("{other:?}")),
    };
    Finding { severity, what }
}

fn reason_words(reason: tessera_vault::QuarantineReason) -> &'static str {
    match quarantine_reason(reason) {
        QuarantineReason::Unlisted => "nobody with the key listed it",
        QuarantineReason::Missing => "it is listed and not there",
        QuarantineReason::Damaged => "it cannot be decrypted",
        QuarantineReason::Replayed => "it is another version than the listed one",
        QuarantineReason::Unreadable => "this version cannot read its content",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totp() -> Entry {
        let uri = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        Entry::new(Credential::from_uri(uri).unwrap(), 10)
    }

    fn edit() -> EntryEdit {
        EntryEdit {
            issuer: "New".into(),
            account: "bob".into(),
            group: None,
            tags: vec![],
            note: "n".into(),
            favorite: true,
            algorithm: None,
            digits: None,
            period: None,
            counter: None,
        }
    }

    #[test]
    fn an_edit_leaves_what_it_does_not_name() {
        let before = totp();
        let after = edited(before.clone(), edit(), 99).unwrap();
        assert_eq!(after.credential.generator, before.credential.generator);
        assert_eq!(after.credential.secret, before.credential.secret);
        assert_eq!((after.credential.issuer.as_str(), after.created, after.modified), ("New", 10, 99));
    }

    #[test]
    fn an_edit_out_of_range_names_its_field() {
        let failure = edited(totp(), EntryEdit { period: Some(0), ..edit() }, 0).unwrap_err();
        assert_eq!((failure.code, failure.detail.as_deref()), (dto::ErrorCode::InvalidEntry, Some("period")));
        let failure = edited(totp(), EntryEdit { digits: Some(3), ..edit() }, 0).unwrap_err();
        assert_eq!(failure.detail.as_deref(), Some("digits"));
    }

    #[test]
    fn settings_that_this_version_does_not_know_stay() {
        let mut old = tessera_vault::Settings::default();
        old.other.insert("new".into(), tessera_vault::SettingValue::Number(7));
        let shown = dto::Settings { auto_lock_s: 60, block_screenshots: false, ..settings(&old) };
        let new = settings_over(&old, &shown);
        assert_eq!(new.other.get("new"), Some(&tessera_vault::SettingValue::Number(7)));
        assert_eq!(settings(&new), shown);
    }

    #[test]
    fn a_typed_motp_secret_is_read_as_hexadecimal() {
        let form = CandidateForm {
            issuer: String::new(),
            account: "x".into(),
            kind: Kind::Motp,
            algorithm: None,
            digits: None,
            period: None,
            counter: None,
        };
        let typed = credential(&form, "e3152afee62599c8", Some("1234")).unwrap();
        assert_eq!(typed.secret.expose_secret(), [0xe3, 0x15, 0x2a, 0xfe, 0xe6, 0x25, 0x99, 0xc8]);
    }
}
