use std::fs;

use rand_core::Rng as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tessera_otp::{Entry, Generator};
use tessera_testkit::{SeededRng, sample};
use tessera_vault::{EntryId, SettingValue, Settings, VaultId};

use super::*;
use crate::testing::{NOW, open as inspect_with, problems};
use crate::{Answers, Password, ReadError, inspect};

const KEY: [u8; 32] = [7; 32];

fn backup(count: usize) -> Backup {
    let mut rng = SeededRng::new(3);
    let entries = sample::entries(count)
        .into_iter()
        .map(|entry| {
            let mut id = [0; 16];
            rng.fill_bytes(&mut id);
            (EntryId::from_bytes(id), entry)
        })
        .collect();
    let mut settings = Settings { hide_codes: true, ..Settings::default() };
    settings.other.insert("future".to_owned(), SettingValue::Text("kept".to_owned()));
    Backup { made: NOW, vault: VaultId::from_bytes([0xAB; 16]), generation: 42, entries, settings }
}

fn cheap(password: &Password) -> SealFor<'_> {
    SealFor::Passphrase { password, work_factor: 4 }
}

fn target(folder: &TempDir, keep: usize) -> Target {
    Target { folder: folder.path().to_owned(), keep }
}

#[test]
fn everything_in_a_backup_comes_back() {
    let backup = backup(200);
    let text = backup.write(&KEY).unwrap();
    let (read, problems) = Backup::parse(&text).unwrap();
    assert_eq!(problems, []);
    assert_eq!(read.entries, backup.entries);
    assert_eq!(read.settings, backup.settings);
    assert_eq!((read.made, read.vault, read.generation), (backup.made, backup.vault, backup.generation));
}

#[test]
fn the_mac_tells_our_own_backup_from_anything_else() {
    let text = backup(3).write(&KEY).unwrap();
    assert_eq!(Backup::origin(&text, &KEY), Origin::Own);
    assert_eq!(Backup::origin(&text, &[8; 32]), Origin::Foreign);
    for at in (0..text.len()).step_by(7) {
        let mut changed = text.to_vec();
        changed[at] ^= 1;
        assert_eq!(Backup::origin(&changed, &KEY), Origin::Foreign, "byte {at}");
    }
    assert_eq!(Backup::origin(b"", &KEY), Origin::Foreign);
    assert_eq!(Backup::origin(&text[..40], &KEY), Origin::Foreign);
}

#[test]
fn a_passphrase_opens_it_and_another_one_does_not() {
    let (right, wrong) = (Password::new("\u{1F40E} staple"), Password::new("staple"));
    let sealed = seal(b"document", cheap(&right)).unwrap();
    assert_eq!(open(&sealed, OpenWith::Passphrase(&right)).unwrap().as_slice(), b"document");
    assert_eq!(open(&sealed, OpenWith::Passphrase(&wrong)).unwrap_err(), OpenError::WrongPassphrase);
    assert_eq!(open(&sealed, OpenWith::Identities(&[])).unwrap_err(), OpenError::NeedsPassphrase);
}

#[test]
fn recipients_and_the_vaults_own_identity_open_it() {
    let (own, theirs, other) =
        (BackupIdentity::generate(), BackupIdentity::generate(), BackupIdentity::generate());
    let sealed =
        seal(b"document", SealFor::Recipients { recipients: &[theirs.recipient()], own: &own }).unwrap();
    for identity in [own, theirs] {
        assert_eq!(open(&sealed, OpenWith::Identities(&[identity])).unwrap().as_slice(), b"document");
    }
    assert_eq!(open(&sealed, OpenWith::Identities(&[other])).unwrap_err(), OpenError::OtherKeys);
    let password = Password::new("x");
    assert!(open(&sealed, OpenWith::Passphrase(&password)).is_err());
    assert!(seal(b"x", SealFor::Recipients { recipients: &[], own: &BackupIdentity::generate() }).is_none());
}

#[test]
fn a_passphrase_that_costs_too_much_is_refused_before_it_is_tried() {
    let password = Password::new("x");
    let sealed = seal(b"document", cheap(&password)).unwrap();
    let text = String::from_utf8_lossy(&sealed);
    let line = text.lines().nth(1).unwrap();
    let dearer = format!("{} 30", line.strip_suffix(" 4").unwrap());
    let at = sealed.windows(line.len()).position(|window| window == line.as_bytes()).unwrap();
    let costly = [&sealed[..at], dearer.as_bytes(), &sealed[at + line.len()..]].concat();
    assert_eq!(open(&costly, OpenWith::Passphrase(&password)).unwrap_err(), OpenError::TooCostly);
    assert!(matches!(inspect_with(&costly, "x").unwrap_err(), ReadError::TooCostly { .. }));
}

#[test]
fn a_backup_cut_or_changed_anywhere_is_never_taken_for_whole() {
    let password = Password::new("x");
    let document = backup(2).write(&KEY).unwrap();
    let sealed = seal(&document, cheap(&password)).unwrap();
    for at in (0..sealed.len()).step_by(13) {
        assert!(open(&sealed[..at], OpenWith::Passphrase(&password)).is_err(), "cut at {at}");
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(open(&changed, OpenWith::Passphrase(&password)).is_err(), "changed at {at}");
    }
}

#[test]
fn recipients_are_read_as_their_tools_print_them_and_secret_keys_are_refused() {
    let identity = BackupIdentity::generate();
    let text = identity.recipient().to_string();
    assert_eq!(text.parse::<Recipient>().unwrap().to_string(), text);
    assert_eq!(identity.expose_secret().parse::<Recipient>().unwrap_err(), RecipientError::Secret);
    for wrong in ["", "age1", "ssh-ed25519 AAAA", &text[..60]] {
        assert_eq!(wrong.parse::<Recipient>().unwrap_err(), RecipientError::Unknown, "{wrong}");
    }
    let plugin = "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t";
    assert_eq!(plugin.parse::<Recipient>().unwrap_err(), RecipientError::Plugin);
    assert_eq!("age1tagpq1m3e4w".parse::<Recipient>().unwrap_err(), RecipientError::PostQuantum);
    assert_eq!("age1tag1m3e4w".parse::<Recipient>().unwrap_err(), RecipientError::Unknown);
    let file = format!("# created: today\n# public key: {text}\n{}\n", *identity.expose_secret());
    assert_eq!(BackupIdentity::parse_file(&file).unwrap().len(), 1);
    assert!(BackupIdentity::parse_file("# nothing\n").is_none());
    assert!(BackupIdentity::parse_file("hello\n").is_none());
}

#[test]
fn a_backup_is_named_only_when_it_was_proved_and_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let password = Password::new("x");
    let backup = backup(5);
    let made = create(&backup, &KEY, cheap(&password), &target(&folder, 3)).unwrap();
    assert_eq!(made.path.file_name().unwrap().to_str().unwrap(), "tessera-abababab-20270115T080000Z-42.age");
    let listed = list(folder.path(), Some(backup.vault)).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].made, listed[0].generation, listed[0].bytes), (NOW, 42, made.bytes));
    // Nothing else is left behind.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let opened = open(&fs::read(&made.path).unwrap(), OpenWith::Passphrase(&password)).unwrap();
    assert_eq!(Backup::parse(&opened).unwrap().0.entries, backup.entries);
}

#[test]
fn the_newest_are_kept_and_other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let password = Password::new("x");
    let stranger = folder.path().join("tessera-01234567-20200101T000000Z-1.age");
    let mine = folder.path().join("notes.age");
    fs::write(&stranger, b"another vault's").unwrap();
    fs::write(&mine, b"notes").unwrap();
    let mut names = Vec::new();
    for generation in 0..6 {
        let backup = Backup { made: NOW + generation, generation, ..backup(1) };
        names.push(create(&backup, &KEY, cheap(&password), &target(&folder, 3)).unwrap().path);
    }
    let left: Vec<_> =
        list(folder.path(), Some(backup(0).vault)).unwrap().into_iter().map(|listed| listed.path).collect();
    assert_eq!(left, [names[5].clone(), names[4].clone(), names[3].clone()]);
    assert!(stranger.exists() && mine.exists());
    assert_eq!(list(folder.path(), None).unwrap().len(), 4);
}

#[test]
fn a_clock_that_was_set_back_does_not_make_the_new_backup_the_one_to_go() {
    let folder = tempfile::tempdir().unwrap();
    let password = Password::new("x");
    for made in [NOW + 1_000, NOW + 2_000, NOW] {
        let backup = Backup { made, ..backup(1) };
        let made = create(&backup, &KEY, cheap(&password), &target(&folder, 1)).unwrap();
        assert!(made.path.exists());
    }
    assert_eq!(list(folder.path(), None).unwrap().len(), 1);
}

#[test]
fn two_backups_of_one_second_are_two_files() {
    let folder = tempfile::tempdir().unwrap();
    let password = Password::new("x");
    let first = create(&backup(1), &KEY, cheap(&password), &target(&folder, 9)).unwrap();
    let second = create(&backup(2), &KEY, cheap(&password), &target(&folder, 9)).unwrap();
    assert_ne!(first.path, second.path);
    assert_eq!(list(folder.path(), None).unwrap().len(), 2);
}

#[test]
fn a_folder_that_is_gone_or_cannot_be_written_is_said_so_and_nothing_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let password = Password::new("x");
    let gone = Target { folder: folder.path().join("gone"), keep: 1 };
    let error = create(&backup(1), &KEY, cheap(&password), &gone).unwrap_err();
    assert!(matches!(error, BackupError::NoFolder(_)), "{error:?}");
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = create(&backup(1), &KEY, cheap(&password), &Target { folder: file, keep: 1 }).unwrap_err();
    assert!(matches!(error, BackupError::NoFolder(_)), "{error:?}");
    assert!(list(&folder.path().join("gone"), None).is_err());
}

#[test]
fn what_is_wrong_with_one_entry_is_told_and_the_others_are_read() {
    let text = backup(8).write(&KEY).unwrap();
    let mut value: Value = serde_json::from_slice(&text).unwrap();
    let entries = value["entries"].as_array_mut().unwrap();
    entries[0]["secret"] = json!("1");
    entries[1].as_object_mut().unwrap().remove("secret");
    entries[2]["type"] = json!("future");
    entries[3]["id"] = json!("x");
    entries[4]["id"] = entries[5]["id"].clone();
    let (read, problems) = Backup::parse(value.to_string().as_bytes()).unwrap();
    assert_eq!(read.entries.len(), 3);
    assert_eq!(problems.len(), 5);
    for (field, wrong) in
        [("vault", json!(7)), ("made", json!("now")), ("entries", json!({})), ("generation", Value::Null)]
    {
        let mut value: Value = serde_json::from_slice(&text).unwrap();
        value[field] = wrong;
        assert!(Backup::parse(value.to_string().as_bytes()).is_err(), "{field}");
    }
    for text in [&b""[..], b"[]", b"{}", b"\xff", br#"{"tessera_backup": 2, "entries": []}"#] {
        assert!(Backup::parse(text).is_err());
    }
}

#[test]
fn importing_reads_a_backup_by_passphrase_by_key_and_in_clear_without_its_trash() {
    let backup = backup(60);
    let document = backup.write(&KEY).unwrap();
    let alive: Vec<&Entry> = backup.entries.values().filter(|entry| entry.deleted.is_none()).collect();
    assert!(alive.len() < 60);
    let (own, theirs) = (BackupIdentity::generate(), BackupIdentity::generate());
    let password = Password::new("pass");
    let sealed = seal(&document, cheap(&password)).unwrap();
    let to_keys =
        seal(&document, SealFor::Recipients { recipients: &[theirs.recipient()], own: &own }).unwrap();
    let key_file = format!("# mine\n{}\n", *theirs.expose_secret());
    for found in [
        inspect(&document, "", &Answers::at(NOW)).unwrap(),
        inspect_with(&sealed, "pass").unwrap(),
        inspect_with(&to_keys, &key_file).unwrap(),
    ] {
        assert_eq!(found.format.id, "tessera");
        assert_eq!(problems(&found), []);
        let read: Vec<&Entry> = found.entries.iter().map(|found| &found.entry).collect();
        assert_eq!(read, alive);
    }
    assert!(matches!(inspect(&sealed, "", &Answers::at(NOW)).unwrap_err(), ReadError::PasswordNeeded { .. }));
    assert!(matches!(inspect_with(&sealed, "no").unwrap_err(), ReadError::WrongPassword { .. }));
    let newer = br#"{"tessera_backup": 2, "entries": []}"#;
    assert!(matches!(inspect(newer, "", &Answers::at(NOW)).unwrap_err(), ReadError::NewerVersion { .. }));
    let notes = seal(b"my notes", cheap(&password)).unwrap();
    assert!(matches!(inspect_with(&notes, "pass").unwrap_err(), ReadError::Damaged { .. }));
}

#[test]
fn counters_of_a_backup_are_kept_whole() {
    let backup = backup(20);
    let highest =
        backup.entries.values().filter_map(|entry| entry.credential.generator.counter()).max().unwrap();
    assert_eq!(highest, u64::MAX - 1);
    let (read, _) = Backup::parse(&backup.write(&KEY).unwrap()).unwrap();
    let counters = |backup: &Backup| -> Vec<Generator> {
        backup.entries.values().map(|entry| entry.credential.generator.clone()).collect()
    };
    assert_eq!(counters(&read), counters(&backup));
}
