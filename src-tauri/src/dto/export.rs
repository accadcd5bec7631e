//! Writes the page's types. Run it with `cargo test -p tessera-desktop export_bindings`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeSet, fs, path::Path};

use ts_rs::{Config, TS};

use super::*;

/// Exports each root type with what it refers to, and removes files of types that are gone.
#[test]
fn export_bindings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/backend/types");
    let fresh = tempfile::tempdir().unwrap();
    // Times, counters and generations stay far below 2^53, where a JavaScript number is exact.
    let config = Config::new().with_out_dir(fresh.path()).with_large_int("number");
    macro_rules! export {
        ($($name:ty),* $(,)?) => { $( <$name>::export_all(&config).unwrap(); )* };
    }
    export!(
        Failure,
        SealingKey,
        Sealed,
        Status,
        LockedEvent,
        Progress,
        Preferences,
        Settings,
        Strength,
        RecoveryShown,
        RecoveryConfirmed,
        TypedGroup,
        EntryRow,
        EntryDetail,
        EntryEdit,
        PinEdit,
        Codes,
        Copied,
        SecretShown,
        QrShown,
        ScreenInfo,
        Region,
        CameraInfo,
        CameraEvent,
        ScanResult,
        CandidateForm,
        SaveItem,
        SlotRow,
        AuditRow,
        CheckReport,
        QuarantineRow,
        SettleAction,
        DoctorRow,
        MergeRow,
        MergePick,
    );
    fs::create_dir_all(&folder).unwrap();
    let mut names = BTreeSet::new();
    for file in fs::read_dir(fresh.path()).unwrap() {
        let file = file.unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        let target = folder.join(file.file_name());
        // Untouched when equal, so that the page's dev server does not reload for nothing.
        if fs::read_to_string(&target).ok().as_deref() != Some(text.as_str()) {
            fs::write(target, text).unwrap();
        }
        names.insert(file.file_name());
    }
    for file in fs::read_dir(&folder).unwrap() {
        let file = file.unwrap();
        if !names.contains(&file.file_name()) {
            fs::remove_file(file.path()).unwrap();
        }
    }
}
