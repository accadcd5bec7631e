//! The frozen vault: it opens for as long as Tessera does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use tessera_otp::{Credential, Entry, Kind};
use tessera_testkit::{FixedClock, SeededRng};
use tessera_vault::{
    AuditEvent, Host, KdfParams, LockedVault, Password, RecoveryCode, SortOrder, UnlockError, UnlockWith,
    Vault,
};

const PASSWORD: &str = "Tessera \u{e9}tude 1";
/// 2026-01-01.
const MADE: u64 = 1_767_225_600;

const ENTRIES: [&str; 5] = [
    "otpauth://totp/Example:alice%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA256&digits=8",
    "otpauth://hotp/Bank:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=7",
    "otpauth://steam/Steam:gaben?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "otpauth://motp/Old%20VPN:bob?secret=HEZDGNBVGY3TQOJQ",
    "otpauth://yaotp/Yandex:carol?secret=6SB2IKNM6OBZPAVBVTOHDKS4FAAAAAAADFUTQMBTRY",
];

fn vector() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/vault-v1.tessera")
}

fn host(clock: &FixedClock) -> Host {
    Host::new(clock.as_fn(), Box::new(SeededRng::with_label(1, "vault-v1")))
}

/// Opened from a copy: the vector itself never changes, not even by a note that it was unlocked.
fn opened(with: &UnlockWith<'_>) -> Result<(tempfile::TempDir, Vault), UnlockError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.tessera");
    std::fs::write(&path, std::fs::read(vector()).unwrap()).unwrap();
    let vault = LockedVault::open(&path).unwrap().unlock(with, host(&FixedClock::new(MADE + 86_400)))?;
    Ok((folder, vault))
}

fn holds_what_it_held(vault: &Vault) {
    let kinds: Vec<&str> = {
        let mut found: Vec<_> = vault.entries().collect();
        found.sort_by_key(|found| found.entry.created);
        found.iter().map(|found| found.entry.credential.kind().name()).collect()
    };
    assert_eq!(kinds, ["TOTP", "HOTP", "Steam", "mOTP", "Yandex"]);
    let of = |kind: Kind| vault.entries().find(|found| found.entry.credential.kind() == kind).unwrap();
    let totp = of(Kind::Totp);
    assert_eq!(
        (totp.entry.credential.issuer.as_str(), totp.entry.credential.account.as_str()),
        ("Example", "alice@example.org")
    );
    assert_eq!(
        (totp.entry.group.as_deref(), totp.entry.tags.as_slice()),
        (Some("Work"), ["daily".to_owned(), "\u{4e2d}\u{6587}".to_owned()].as_slice())
    );
    assert_eq!((totp.entry.note.as_str(), totp.entry.favorite, totp.uses), ("two\nlines", true, 2));
    assert_eq!(of(Kind::Hotp).entry.credential.generator.counter(), Some(8));
    assert_eq!(
        vault.trash().map(|found| found.entry.credential.issuer.as_str()).collect::<Vec<_>>(),
        ["Gone"]
    );
    assert_eq!((vault.settings().clipboard_s, vault.settings().sort), (30, SortOrder::Own));
    assert_eq!(vault.order().len(), 2);
    assert!(vault.quarantine().is_empty());
    let report = vault.check().unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert!(vault.audit_log(100).unwrap().iter().any(|record| record.event == AuditEvent::FailedUnlock));
}

#[test]
fn the_frozen_vault_opens_with_its_password() {
    let (_folder, vault) = opened(&UnlockWith::Password(&Password::new(PASSWORD.into()))).unwrap();
    holds_what_it_held(&vault);
}

#[test]
fn the_frozen_vault_opens_with_its_recovery_code() {
    let code =
        RecoveryCode::parse(&std::fs::read_to_string(vector().with_extension("recovery-code")).unwrap())
            .unwrap();
    let (_folder, vault) = opened(&UnlockWith::RecoveryCode(&code)).unwrap();
    holds_what_it_held(&vault);
}

#[test]
fn the_frozen_vault_opens_with_nothing_else() {
    let error = opened(&UnlockWith::Password(&Password::new("Tessera etude 1".into()))).unwrap_err();
    assert!(matches!(error, UnlockError::WrongPassword));
}

/// How the vector was made, once. It is frozen: this refuses to write over it.
#[test]
#[ignore = "the vector is frozen"]
fn write_the_vector() {
    let clock = FixedClock::new(MADE);
    let (mut vault, code) =
        Vault::create(&vector(), &Password::new(PASSWORD.into()), KdfParams::FLOOR, host(&clock)).unwrap();
    std::fs::write(vector().with_extension("recovery-code"), format!("{}\n", code.to_text().as_str()))
        .unwrap();
    let mut ids = Vec::new();
    for uri in ENTRIES {
        clock.advance(1);
        ids.extend(vault.add(vec![Entry::new(Credential::from_uri(uri).unwrap(), clock.now())]).unwrap());
    }
    vault
        .edit(ids[0], |entry| {
            entry.group = Some("Work".into());
            entry.tags = vec!["daily".into(), "\u{4e2d}\u{6587}".into()];
            entry.note = "two\nlines".into();
            entry.favorite = true;
        })
        .unwrap();
    vault.advance_hotp(ids[1]).unwrap();
    let gone =
        Credential::from_uri("otpauth://totp/Gone:dave?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
    let gone = vault.add(vec![Entry::new(gone, clock.now())]).unwrap();
    vault.move_to_trash(&gone).unwrap();
    let mut settings = vault.settings().clone();
    (settings.clipboard_s, settings.sort) = (30, SortOrder::Own);
    vault.set_settings(settings).unwrap();
    vault.record_use(ids[0]);
    vault.record_use(ids[0]);
    vault.set_order(vec![ids[1], ids[0]]);
    vault.flush_usage(true).unwrap();
    drop(vault);
    let wrong = Password::new("wrong".into());
    clock.advance(60);
    LockedVault::open(&vector()).unwrap().unlock(&UnlockWith::Password(&wrong), host(&clock)).unwrap_err();
}
