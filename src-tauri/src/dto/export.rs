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
        ImportView,
        ImportChoice,
        ImportDone,
        ExportFormat,
        ExportPreview,
        ExportDone,
        MergedDuplicates,
        BackupTarget,
        BackupTargetEdit,
        BackupCopy,
        DrillReport,
        RestoreFile,
        RestorePreview,
        RestoreDone,
        VaultRow,
    );
    export_center(&config);
    export_shell(&config);
    replace(fresh.path(), &folder);
}

/// What the center says as the page sees it: everything but what holds a token, a seed or a password.
fn export_center(config: &Config) {
    use tessera_center_api::{
        ErrorCode, Page, about, account, contact, document, identity, key_list, login, members, mfa,
        security, session, staff, ticket,
    };
    macro_rules! export {
        ($($name:ty),* $(,)?) => { $( <$name>::export_all(config).unwrap(); )* };
    }
    export!(
        ErrorCode,
        Page<ticket::TicketLine>,
        about::About,
        account::Account,
        account::AccountPatch,
        account::Retrieved,
        contact::ContactChanged,
        document::UploadProgress,
        document::TicketDocument,
        identity::Action,
        identity::FactorOffer,
        identity::IdentityCodeSent,
        identity::IdentityProven,
        key_list::KeyList,
        key_list::ReviewerKey,
        login::Method,
        login::TrustedDevice,
        members::SubAccount,
        members::Collaborator,
        members::Invitation,
        mfa::RecoveryCodesLeft,
        security::SecurityEvent,
        session::Session,
        staff::StaffMember,
        staff::StaffName,
        staff::AuditLine,
        ticket::CodeSent,
        ticket::Ticket,
        ticket::StaffTicket,
        ticket::Verdict,
        ticket::OldFactor,
    );
}

/// What the shell adds to it.
fn export_shell(config: &Config) {
    macro_rules! export {
        ($($name:ty),* $(,)?) => { $( <$name>::export_all(config).unwrap(); )* };
    }
    export!(
        CenterRow,
        CenterForm,
        CertificateFile,
        AccountRow,
        TrialState,
        DemoMessage,
        SignInOutcome,
        CodeOut,
        CodeFlow,
        AccountSeen,
        LastKnown,
        IdentityCheck,
        DeviceRow,
        BindProgress,
        QrBinding,
        RecoveryCodesState,
        NewSubAccount,
        EntryLink,
        TicketDraft,
        TicketDraftEdit,
        FollowedTicket,
        FiledTicket,
        SealingList,
        OwnDocument,
        PhotoEvent,
        TicketLink,
        LinkOutcome,
        DeskStatus,
        DeskFilter,
        DeskTicket,
        OpenedDocument,
        PageRequest,
        ResealProgress,
    );
}

/// Makes the files of a folder those of another one. Equal ones stay untouched, so that the page's dev server does not
/// reload for nothing.
fn replace(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let mut names = BTreeSet::new();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let target = to.join(file.file_name());
        names.insert(file.file_name());
        if file.path().is_dir() {
            replace(&file.path(), &target);
            continue;
        }
        let text = fs::read_to_string(file.path()).unwrap();
        if fs::read_to_string(&target).ok().as_deref() != Some(text.as_str()) {
            fs::write(target, text).unwrap();
        }
    }
    for file in fs::read_dir(to).unwrap() {
        let file = file.unwrap();
        if names.contains(&file.file_name()) {
            continue;
        }
        if file.path().is_dir() {
            fs::remove_dir_all(file.path()).unwrap();
        } else {
            fs::remove_file(file.path()).unwrap();
        }
    }
}
