use super::*;
use crate::shell::tests::Fixture;

const PASSWORD: &str = "quartz lantern under the bridge";

fn typed(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// A fixture whose vault was made and is open.
pub(crate) fn opened(fixture: &Fixture) -> RecoveryShown {
    fixture.shell.create(typed(PASSWORD)).unwrap()
}

fn group(shown: &RecoveryShown, index: u8) -> TypedGroup {
    TypedGroup { index, text: shown.groups[usize::from(index)].to_lowercase() }
}

#[test]
fn a_made_vault_is_open_locks_and_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(folder.path());
    opened(&fixture);
    let shell = &fixture.shell;
    assert!(shell.with_vault(|_| Ok(())).is_ok());
    assert_eq!(shell.unlock(typed(PASSWORD)).unwrap_err().code, ErrorCode::AlreadyUnlocked);
    shell.lock(LockReason::Asked);
    assert_eq!(shell.with_vault(|_| Ok(())).unwrap_err().code, ErrorCode::Locked);
    assert_eq!(shell.create(typed(PASSWORD)).err().unwrap().code, ErrorCode::VaultExists);
    shell.unlock(typed(PASSWORD)).unwrap();
    assert!(shell.with_vault(|_| Ok(())).is_ok());
    assert!(matches!(fixture.notices.lock().unwrap().last(), Some(Notice::ReplacePage)));
}

#[test]
fn a_weak_password_makes_no_vault() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(folder.path());
    assert_eq!(fixture.shell.create(typed("password")).err().unwrap().code, ErrorCode::WeakPassword);
    assert!(!folder.path().join("data").exists());
}

#[test]
fn wrong_passwords_delay_the_next_try() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(folder.path());
    opened(&fixture);
    let shell = &fixture.shell;
    shell.lock(LockReason::Asked);
    for _ in 0..20 {
        let failure = shell.unlock(typed("wrong")).unwrap_err();
        if failure.code == ErrorCode::Delayed {
            assert!(failure.detail.unwrap().parse::<u32>().unwrap() >= 1);
            assert_eq!(shell.unlock(typed(PASSWORD)).unwrap_err().code, ErrorCode::Delayed);
            fixture.pass(61);
            shell.unlock(typed(PASSWORD)).unwrap();
            return;
        }
        assert_eq!(failure.code, ErrorCode::WrongPassword);
    }
    panic!("twenty wrong passwords were never delayed");
}

#[test]
fn the_recovery_code_is_asked_back_and_then_gone() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(folder.path());
    let shown = opened(&fixture);
    fixture
        .shell
        .with_vault(|open| {
            assert_eq!(
                open.confirm_recovery(&[group(&shown, 1)]).unwrap_err().code,
                ErrorCode::InvalidRequest
            );
            assert!(open.confirm_recovery(&[group(&shown, 1), group(&shown, 1)]).is_err());
            let wrong = TypedGroup { index: 5, text: "00000".into() };
            let answer = open.confirm_recovery(&[group(&shown, 1), wrong])?;
            assert_eq!(answer, RecoveryConfirmed { ok: false, wrong_group: Some(5) });
            assert!(open.confirm_recovery(&[group(&shown, 7), group(&shown, 0)])?.ok);
            assert!(!open.is_recovery_unconfirmed());
            assert_eq!(
                open.confirm_recovery(&[group(&shown, 7), group(&shown, 0)]).unwrap_err().code,
                ErrorCode::NoRecoveryPending
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn an_unconfirmed_recovery_code_is_remembered_over_a_lock() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(folder.path());
    opened(&fixture);
    fixture.shell.lock(LockReason::Asked);
    fixture.shell.unlock(typed(PASSWORD)).unwrap();
    assert!(fixture.shell.with_vault(|open| Ok(open.is_recovery_unconfirmed())).unwrap());
}

#[test]
fn after_the_recovery_code_a_new_password_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(folder.path());
    let code = opened(&fixture).groups.join("-");
    let shell = &fixture.shell;
    shell.lock(LockReason::Asked);
    let mut typo = code.clone();
    typo.replace_range(6..7, if typo.as_bytes()[6] == b'2' { "3" } else { "2" });
    let failure = shell.unlock_with_recovery(&typo).unwrap_err();
    assert_eq!((failure.code, failure.detail.as_deref()), (ErrorCode::RecoveryCodeTypo, Some("2")));
    shell.unlock_with_recovery(&code).unwrap();
    assert_eq!(shell.with_vault(|_| Ok(())).unwrap_err().code, ErrorCode::MustSetPassword);
    shell.set_new_password(typed("another sentence for the door")).unwrap();
    assert!(shell.with_vault(|_| Ok(())).is_ok());
    shell.lock(LockReason::Asked);
    assert_eq!(shell.unlock(typed(PASSWORD)).unwrap_err().code, ErrorCode::WrongPassword);
    shell.unlock(typed("another sentence for the door")).unwrap();
}

#[test]
fn tries_are_free_twice_and_then_cost_ever_more() {
    let mut tries = Tries::default();
    let now = Duration::from_secs(10);
    let mut waits = Vec::new();
    for _ in 0..12 {
        tries.failed(now);
        waits.push(tries.wait(now));
    }
    assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    assert!(tries.may_try(now).is_err());
    assert!(tries.may_try(now + Duration::from_mins(1)).is_ok());
}
