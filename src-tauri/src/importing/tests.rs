use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::{
    commands::{bulk, exporting, importing as commands},
    dto::{EntryId as Id, ImportDone, LockReason, Standing},
    session::tests::opened,
    shell::{Notice, Shell, tests::Fixture},
};

const LIST: &str = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQ&digits=8\n\
    otpauth://hotp/Bank:bob?secret=MZXW6YTBOI5DGNBV&counter=7\n\
    otpauth://totp/Broken:carol?secret=1\n\
    otpauth://totp/Again:alice?secret=GEZDGNBVGY3TQOJQ\n";

struct Scene {
    folder: TempDir,
    fixture: Fixture,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::new(folder.path());
        opened(&fixture);
        Self { folder, fixture }
    }

    fn shell(&self) -> &Shell {
        &self.fixture.shell
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn read(&self, paths: &[PathBuf]) -> ImportView {
        commands::read_files(self.shell(), paths).unwrap()
    }

    fn entries(&self) -> Vec<(Id, String, Option<String>)> {
        let all = |open: &mut crate::session::OpenVault| {
            let row = |found: tessera_vault::EntryRef<'_>| {
                (convert::id(found.id), found.entry.credential.issuer.clone(), found.entry.group.clone())
            };
            Ok(open.vault.entries().map(row).collect())
        };
        self.shell().with_vault(all).unwrap()
    }

    fn trash(&self) -> usize {
        self.shell().with_vault(|open| Ok(open.vault.trash().count())).unwrap()
    }
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("crates/transfer/tests/fixtures").join(name)
}

fn all(view: &ImportView, replace: bool) -> Vec<ImportChoice> {
    view.rows.iter().map(|row| ImportChoice { token: row.token.clone(), replace }).collect()
}

fn standings(view: &ImportView) -> Vec<Standing> {
    view.rows.iter().map(|row| row.standing).collect()
}

#[test]
fn a_file_is_listed_chosen_from_imported_and_taken_back() {
    let scene = Scene::new();
    let list = scene.file("codes.txt", LIST);
    let view = scene.read(&[list]);
    assert_eq!(view.files[0].state, ImportState::Read);
    assert_eq!(standings(&view), [Standing::New, Standing::New, Standing::Duplicate]);
    assert_eq!(view.rows[1].counter, Some(7));
    assert_eq!(view.problems.len(), 1);
    assert!(view.problems[0].place.starts_with("line 3"));
    assert!(scene.entries().is_empty(), "nothing is in the vault before a person chose");

    let done = commands::apply(scene.shell(), &all(&view, false)[..2], Some(" Moved ")).unwrap();
    assert_eq!(done, Some(ImportDone { added: 2, replaced: 0 }));
    assert!(scene.entries().iter().all(|(_, _, group)| group.as_deref() == Some("Moved")));
    let gone = commands::apply(scene.shell(), &all(&view, false), None).unwrap_err();
    assert_eq!(gone.code, ErrorCode::CandidateGone, "what was imported waits no longer");
    assert_eq!(commands::undo(scene.shell()).unwrap(), 2);
    assert_eq!((scene.entries().len(), scene.trash()), (0, 0));
    assert_eq!(commands::undo(scene.shell()).unwrap_err().code, ErrorCode::CandidateGone);
}

#[test]
fn more_files_than_are_read_at_once_are_refused_in_words_and_none_is_read() {
    let scene = Scene::new();
    let list = scene.file("codes.txt", LIST);
    let refused = commands::read_files(scene.shell(), &vec![list; 201]).unwrap_err();
    assert_eq!((refused.code, refused.detail.as_deref()), (ErrorCode::TooManyFiles, Some("200")));
    assert_eq!(scene.shell().importing().entries().count(), 0);
}

#[test]
fn the_page_is_told_names_and_never_a_secret_a_pin_or_a_note() {
    let scene = Scene::new();
    let view = scene.read(&[fixture("andotp.json"), fixture("stratum-old.json"), fixture("proton.json")]);
    let told = format!("{view:?}{}", serde_json::to_string(&view).unwrap());
    let importing = scene.shell().importing();
    assert!(importing.entries().count() > 10);
    for (_, (_, entry, _)) in importing.entries() {
        let secret = &entry.credential.secret;
        let hexadecimal = data_encoding::HEXLOWER.encode(secret.expose_secret());
        for hidden in [secret.to_base32().as_str(), &hexadecimal, entry.credential.to_uri().as_str()] {
            assert!(!told.to_lowercase().contains(&hidden.to_lowercase()), "{}", entry.credential.issuer);
        }
        assert!(entry.note.is_empty() || !told.contains(&entry.note));
    }
}

#[test]
fn one_password_opens_every_waiting_file_of_the_same_app_and_a_wrong_one_leaves_them_waiting() {
    let scene = Scene::new();
    let view = scene.read(&[
        fixture("andotp.json.aes"),
        fixture("andotp-old.json.aes"),
        fixture("authy-encrypted.xml"),
    ]);
    assert!(view.files.iter().all(|file| file.state == ImportState::PasswordNeeded && file.encrypted));
    let key = view.files[0].key.clone();
    let wrong = commands::open_file(scene.shell(), &key, &Password::new("correct horse")).unwrap_err();
    assert_eq!(wrong.code, ErrorCode::ImportWrongPassword);
    let view = commands::open_file(scene.shell(), &key, &Password::new("correct horse \u{1F511}")).unwrap();
    let states: Vec<ImportState> = view.files.iter().map(|file| file.state).collect();
    assert_eq!(states, [ImportState::Read, ImportState::Read, ImportState::PasswordNeeded]);
    assert!(standings(&view).contains(&Standing::New));
    assert!(standings(&view).contains(&Standing::Duplicate), "the second file holds the same secrets");
    let gone = commands::open_file(scene.shell(), &key, &Password::new("again")).unwrap_err();
    assert_eq!(gone.code, ErrorCode::CandidateGone);
}

#[test]
fn what_is_in_the_vault_already_is_told_as_duplicate_and_another_secret_as_conflict() {
    let scene = Scene::new();
    let first = scene.read(&[scene.file("a.txt", LIST)]);
    commands::apply(scene.shell(), &all(&first, false)[..2], None).unwrap();
    let second =
        "otpauth://totp/Other:x?secret=GEZDGNBVGY3TQOJQ\notpauth://totp/Bank:bob?secret=JBSWY3DPEHPK3PXP\n";
    let view = scene.read(&[scene.file("b.txt", second)]);
    assert_eq!(standings(&view), [Standing::Duplicate, Standing::Conflict]);
    assert_eq!(view.rows[0].existing[0].issuer, "Example");
    assert_eq!(view.rows[1].existing[0].account, "bob");
    let bank = &all(&view, true)[1..];
    let done = commands::apply(scene.shell(), bank, None).unwrap();
    assert_eq!(done, Some(ImportDone { added: 1, replaced: 1 }));
    assert_eq!((scene.entries().len(), scene.trash()), (2, 1), "what was replaced lies in the trash");
    commands::undo(scene.shell()).unwrap();
    assert_eq!((scene.entries().len(), scene.trash()), (2, 0));
}

#[test]
fn pictures_of_one_transfer_are_put_together_in_any_order_and_the_missing_part_is_said() {
    let scene = Scene::new();
    let entries = tessera_testkit::sample::entries(30)
        .into_iter()
        .filter(|entry| tessera_transfer::export_by_id("google-authenticator").unwrap().carries(entry))
        .collect::<Vec<_>>();
    let page = tessera_transfer::export_by_id("google-authenticator")
        .unwrap()
        .write(
            &entries,
            tessera_transfer::Making { now: 1, password: None, rng: &mut tessera_testkit::SeededRng::new(5) },
        )
        .unwrap();
    let page = String::from_utf8(page.to_vec()).unwrap();
    let parts: Vec<String> = page.lines().map(str::to_owned).collect();
    assert!(parts.len() > 1, "{}", parts.len());
    let picture = |text: &String| Read::Picture(vec![Zeroizing::new(text.clone())]);
    let take = |part: usize| {
        let read = vec![(format!("{part}.jpg"), picture(&parts[part]))];
        scene
            .shell()
            .with_vault(|open| {
                let mut importing = scene.shell().importing();
                importing.take(read, 1);
                Ok(importing.view(&open.vault))
            })
            .unwrap()
    };
    let last = parts.len() - 1;
    let view = take(last);
    assert_eq!(view.problems.len(), last);
    assert_eq!(view.problems[0].place, format!("QR code 1 of {}", parts.len()));
    for part in (0..last).rev() {
        take(part);
    }
    // The same picture once more changes nothing.
    let view = take(0);
    assert_eq!((view.problems.len(), view.files.len()), (0, 1));
    assert_eq!((view.rows.len(), view.files[0].names.len()), (entries.len(), parts.len()));
    assert!(view.files[0].pictures);
}

#[test]
fn a_photograph_of_a_code_is_read_and_one_without_a_code_says_so() {
    let scene = Scene::new();
    let pictures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/window/fixtures");
    let blank = scene.folder.path().join("blank.png");
    image::RgbImage::from_pixel(64, 64, image::Rgb([200, 200, 200])).save(&blank).unwrap();
    let view = scene.read(&[pictures.join("totp.png"), blank, pictures.join("hotp.png")]);
    assert_eq!(view.rows.len(), 2);
    assert!(view.rows[0].place.starts_with("totp.png"));
    let failed = view.files.iter().find(|file| file.state == ImportState::Failed).unwrap();
    assert_eq!(
        (failed.names[0].as_str(), failed.failure.as_ref().unwrap().code),
        ("blank.png", ErrorCode::NoCodeFound)
    );
}

#[test]
fn each_file_that_cannot_be_read_says_why_and_stops_no_other() {
    let scene = Scene::new();
    let huge = scene.file("huge.json", "");
    std::fs::File::options().write(true).open(&huge).unwrap().set_len(2 << 30).unwrap();
    let paths = [
        scene.file("empty.json", ""),
        scene.file("letter.odt", "Dear Lena,\n"),
        huge,
        scene.folder.path().join("gone.json"),
        scene.folder.path().to_owned(),
        scene.file("codes.txt", LIST),
    ];
    let view = scene.read(&paths);
    let codes: Vec<ErrorCode> =
        view.files.iter().filter_map(|file| Some(file.failure.as_ref()?.code)).collect();
    let expected = [
        ErrorCode::ImportEmpty,
        ErrorCode::ImportUnknown,
        ErrorCode::ImportTooLarge,
        ErrorCode::FileUnreadable,
        ErrorCode::FileUnreadable,
    ];
    assert_eq!(codes, expected);
    assert_eq!(view.rows.len(), 3);
    let view = scene.shell().with_vault(|open| {
        let mut importing = scene.shell().importing();
        view.files.iter().for_each(|file| importing.remove(&file.key));
        Ok(importing.view(&open.vault))
    });
    assert!(view.unwrap().files.is_empty());
}

#[test]
fn locking_forgets_what_waits_and_stops_what_is_being_written() {
    let scene = Scene::new();
    let view = scene.read(&[scene.file("codes.txt", LIST)]);
    scene.shell().lock(LockReason::Asked);
    assert_eq!(scene.shell().importing().entries().count(), 0);
    let locked = commands::read_files(scene.shell(), &[scene.file("again.txt", LIST)]).unwrap_err();
    assert_eq!((locked.code, scene.shell().importing().entries().count()), (ErrorCode::Locked, 0));
    assert_eq!(commands::apply(scene.shell(), &all(&view, false), None).unwrap_err().code, ErrorCode::Locked);
}

#[test]
fn a_large_import_tells_how_far_it_is_and_a_stopped_one_writes_nothing_and_can_go_on() {
    let scene = Scene::new();
    let lines = (0..300).map(|n| format!("otpauth://totp/Site:user{n}?secret={}\n", secret(n)));
    let view = scene.read(&[scene.file("many.txt", lines.collect::<String>())]);
    assert_eq!(view.rows.len(), 300);
    let shell = std::sync::Arc::clone(&scene.fixture.shell);
    // The person presses Stop as soon as something is written.
    let stopping = std::sync::Arc::clone(&shell);
    let told = std::sync::Arc::clone(&scene.fixture.notices);
    let watcher = std::thread::spawn(move || {
        loop {
            let writing = told.lock().unwrap().iter().any(|notice| {
                matches!(notice, Notice::Progress(progress) if progress.task == crate::dto::Task::Importing)
            });
            if writing {
                stopping.import_stops();
                return;
            }
            std::thread::yield_now();
        }
    });
    let first = commands::apply(&shell, &all(&view, false), None).unwrap();
    watcher.join().unwrap();
    if first.is_none() {
        assert!(scene.entries().is_empty(), "all or nothing");
        let again = commands::apply(&shell, &all(&view, false), None).unwrap();
        assert_eq!(again, Some(ImportDone { added: 300, replaced: 0 }));
    }
    assert_eq!(scene.entries().len(), 300);
    let steps: Vec<(u32, Option<u32>)> = scene
        .fixture
        .notices
        .lock()
        .unwrap()
        .iter()
        .filter_map(|notice| match notice {
            Notice::Progress(progress) if progress.task == crate::dto::Task::Importing => {
                Some((progress.done, progress.total))
            }
            _ => None,
        })
        .collect();
    assert!(steps.contains(&(256, Some(300))), "{steps:?}");
}

/// Some base32 of its own for each number.
fn secret(number: u32) -> String {
    data_encoding::BASE32_NOPAD.encode(&[&number.to_be_bytes()[..], &[7; 6]].concat())
}

#[test]
fn an_export_says_what_is_lost_is_noted_and_comes_back_by_importing_it() {
    let scene = Scene::new();
    let view = scene.read(&[fixture("andotp.json")]);
    commands::apply(scene.shell(), &all(&view, false), None).unwrap();
    let count = scene.entries().len();
    let preview = exporting::preview(scene.shell(), "otpauth", None).unwrap();
    assert_eq!(preview.entries as usize, count);
    assert!(preview.losses.iter().any(|loss| loss.what == "tags" && !loss.left_out));
    let one = vec![scene.entries()[0].0.clone()];
    assert_eq!(exporting::preview(scene.shell(), "otpauth", Some(&one)).unwrap().entries, 1);
    assert_eq!(
        exporting::preview(scene.shell(), "nonsense", None).unwrap_err().code,
        ErrorCode::InvalidRequest
    );

    let export = tessera_transfer::export_by_id("aegis-encrypted").unwrap();
    let path = scene.folder.path().join("out.json");
    let none = exporting::write(scene.shell(), export, None, None, path.clone()).unwrap_err();
    assert_eq!(
        (none.code, path.exists()),
        (ErrorCode::InvalidRequest, false),
        "an encrypted file needs a password"
    );
    let password = Password::new("a password of its own");
    let done = exporting::write(scene.shell(), export, None, Some(&password), path.clone()).unwrap();
    assert!(done.logged);
    let newest = scene.shell().with_vault(|open| Ok(open.vault.audit_log(1)?[0].event)).unwrap();
    assert_eq!(newest, tessera_vault::AuditEvent::Exported);
    let view = scene.read(&[path]);
    let view = commands::open_file(scene.shell(), &view.files[0].key, &password).unwrap();
    assert_eq!(view.rows.len(), done.entries as usize);
    assert!(standings(&view).iter().all(|standing| *standing == Standing::Duplicate));
}

#[test]
fn a_sheet_to_print_is_offered_carries_every_entry_and_is_noted() {
    let scene = Scene::new();
    let view = scene.read(&[fixture("andotp.json")]);
    commands::apply(scene.shell(), &all(&view, false), None).unwrap();
    let count = scene.entries().len();
    let offered = exporting::export_formats();
    for (id, beginning) in [("sheet-pdf", &b"%PDF-"[..]), ("sheet-html", b"<!DOCTYPE html>")] {
        let format = offered.iter().find(|format| format.id == id).unwrap();
        assert!(!format.encrypted);
        let preview = exporting::preview(scene.shell(), id, None).unwrap();
        assert!(preview.losses.iter().all(|loss| !loss.left_out));
        let export = tessera_transfer::export_by_id(id).unwrap();
        let path = scene.folder.path().join("sheet").with_extension(&format.extension);
        let done = exporting::write(scene.shell(), export, None, None, path.clone()).unwrap();
        assert_eq!((done.entries as usize, done.logged), (count, true));
        assert!(std::fs::read(&path).unwrap().starts_with(beginning));
    }
}

#[test]
fn an_export_that_cannot_be_written_says_why() {
    let scene = Scene::new();
    let view = scene.read(&[scene.file("codes.txt", LIST)]);
    commands::apply(scene.shell(), &all(&view, false), None).unwrap();
    let export = tessera_transfer::export_by_id("otpauth").unwrap();
    let gone = scene.folder.path().join("gone/out.txt");
    let failure = exporting::write(scene.shell(), export, None, None, gone.clone()).unwrap_err();
    assert_eq!((failure.code, failure.detail), (ErrorCode::Io, Some(gone.display().to_string())));
}

#[test]
fn the_file_of_an_export_is_deleted_only_as_it_was_written() {
    let scene = Scene::new();
    let view = scene.read(&[scene.file("codes.txt", LIST)]);
    commands::apply(scene.shell(), &all(&view, false), None).unwrap();
    assert_eq!(exporting::delete(scene.shell()).unwrap_err().code, ErrorCode::InvalidRequest);
    let export = tessera_transfer::export_by_id("otpauth").unwrap();
    let path = scene.folder.path().join("out.txt");
    exporting::write(scene.shell(), export, None, None, path.clone()).unwrap();
    exporting::delete(scene.shell()).unwrap();
    assert!(!path.exists());
    assert_eq!(exporting::delete(scene.shell()).unwrap_err().code, ErrorCode::InvalidRequest);

    exporting::write(scene.shell(), export, None, None, path.clone()).unwrap();
    std::fs::write(&path, "my notes").unwrap();
    let failure = exporting::delete(scene.shell()).unwrap_err();
    assert_eq!((failure.code, failure.detail), (ErrorCode::ExportChanged, Some(path.display().to_string())));
    assert_eq!(std::fs::read(&path).unwrap(), b"my notes");
    // Whoever deleted it wanted just that.
    std::fs::remove_file(&path).unwrap();
    exporting::delete(scene.shell()).unwrap();

    exporting::write(scene.shell(), export, None, None, path.clone()).unwrap();
    scene.shell().page_gone();
    assert_eq!(exporting::delete(scene.shell()).unwrap_err().code, ErrorCode::InvalidRequest);
    assert!(path.exists());
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_an_export_is_not_followed() {
    let scene = Scene::new();
    let view = scene.read(&[scene.file("codes.txt", LIST)]);
    commands::apply(scene.shell(), &all(&view, false), None).unwrap();
    let export = tessera_transfer::export_by_id("otpauth").unwrap();
    let path = scene.folder.path().join("out.txt");
    exporting::write(scene.shell(), export, None, None, path.clone()).unwrap();
    let aside = scene.folder.path().join("aside.txt");
    std::fs::rename(&path, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &path).unwrap();
    assert_eq!(exporting::delete(scene.shell()).unwrap_err().code, ErrorCode::ExportChanged);
    assert!(aside.exists() && path.is_symlink());
}

#[test]
fn many_entries_get_and_lose_tags_at_once() {
    let scene = Scene::new();
    let view = scene.read(&[scene.file("codes.txt", LIST)]);
    commands::apply(scene.shell(), &all(&view, false), None).unwrap();
    let ids: Vec<Id> = scene.entries().into_iter().map(|(id, _, _)| id).collect();
    let text = |text: &str| vec![text.to_owned()];
    assert_eq!(bulk::tag(scene.shell(), &ids, &text("work"), &[]).unwrap(), 3);
    assert_eq!(bulk::tag(scene.shell(), &ids[..1], &text("root"), &text("work")).unwrap(), 1);
    assert_eq!(bulk::tag(scene.shell(), &ids[1..], &text("work"), &[]).unwrap(), 0, "each tag once");
    let too_long = bulk::tag(scene.shell(), &ids, &["x".repeat(5_000)], &[]).unwrap_err();
    assert_eq!(too_long.code, ErrorCode::InvalidEntry);
}
