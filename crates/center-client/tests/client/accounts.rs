//! Accounts: signing in and up, contacts, MFA devices.

use tessera_center::demo;
use tessera_center_api::account::{AccountKind, AccountPatch, Language, RegistrationBegin, RetrievalBegin};
use tessera_center_api::contact::ContactKind;
use tessera_center_api::identity::{Action, Factor};
use tessera_center_api::login::SendCode;
use tessera_center_api::mfa::{Protection, Protections};
use tessera_center_api::{ErrorCode, Hidden};
use tessera_center_client::{ClientError, NewAccount, Session, SignIn};
use tessera_otp::Credential;

use crate::harness::{Scene, intent};

const ALICE: &str = "alice@example.com";

/// Proves an identity by the code that goes to the security e-mail.
async fn prove(scene: &Scene, session: &Session, action: Action) {
    // A second after the notice of the sign-in: of one second, the ids decide which message is the newest.
    scene.clock.advance(1);
    let check = session.begin_identity_check(action, &intent(action as u64)).await.unwrap();
    session.send_identity_code(check.flow.clone(), Factor::Email).await.unwrap();
    let code = scene.code_to(ALICE).await;
    session.prove_identity(check.flow, Factor::Email, code).await.unwrap();
    scene.clock.advance(61);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_signs_in_is_read_edited_and_signed_out() {
    let scene = Scene::start().await;
    let about = scene.client.about().await.unwrap();
    assert!(scene.client.check_root(about.root_key.as_deref()).is_ok());
    let session = scene.sign_in(ALICE).await;
    let seen = session.account().await.unwrap();
    assert_eq!((seen.value.id, seen.value.name.as_str()), (demo::ACCOUNTS[0].id, "Alice Example"));
    let patch = AccountPatch { name: Some("Alice B.".into()), language: None };
    let edited = session.edit_account(&patch, &seen.version).await.unwrap();
    assert_eq!(edited.value.name, "Alice B.");
    let stale = session.edit_account(&patch, &seen.version).await.unwrap_err();
    assert_eq!(stale.code(), Some(ErrorCode::Changed));
    assert_eq!(session.sessions().await.unwrap().len(), 1);
    let log = session.security_log(None).await.unwrap();
    assert!(!log.items.is_empty());
    session.sign_out().await.unwrap();
    assert_eq!(session.account().await.unwrap_err().code(), Some(ErrorCode::NotSignedIn));
    scene.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_three_wrong_passwords_a_code_is_needed() {
    let scene = Scene::start().await;
    for _ in 0..3 {
        let error = scene.client.sign_in(Scene::attempt(ALICE, "wrong")).await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::WrongCredentials));
    }
    let error = scene.client.sign_in(Scene::attempt(ALICE, demo::PASSWORD)).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::CodeRequired));
    let wish = SendCode { name: Hidden::new(ALICE), flow: None, trusted_device: None };
    let sent = scene.client.send_login_code(&wish, &intent(1)).await.unwrap();
    let again = scene.client.send_login_code(&wish, &intent(1)).await.unwrap();
    assert_eq!(sent.flow, again.flow, "the same intent, done once");
    let attempt = tessera_center_client::LoginAttempt {
        code: Some((sent.flow, scene.code_to(ALICE).await)),
        ..Scene::attempt(ALICE, demo::PASSWORD)
    };
    assert!(matches!(scene.client.sign_in(attempt).await.unwrap(), SignIn::Begun(_)));
    scene.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_virtual_device_is_bound_and_asked_at_the_next_sign_in() {
    let scene = Scene::start().await;
    let session = scene.sign_in(ALICE).await;
    let refused = session.new_virtual_device("laptop", &intent(1)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::IdentityCheckRequired));
    prove(&scene, &session, Action::BindMfaDevice).await;
    let pending = session.new_virtual_device("laptop", &intent(2)).await.unwrap();
    let credential = Credential::from_uri(pending.uri.expose_secret()).unwrap();
    let code = |at: i64| Hidden::new(credential.code_at(at.try_into().unwrap()).unwrap().text());
    let now = scene.now();
    let bound =
        session.bind_virtual_device(pending.flow, code(now), code(now + 30), &intent(3)).await.unwrap();
    assert_eq!(session.mfa_devices().await.unwrap(), [bound]);
    prove_by_device(&scene, &session, &credential, Action::ChangeProtection).await;
    let wish = Protections { login: Protection::Mfa, operation: Protection::Off };
    assert_eq!(session.set_protections(wish).await.unwrap(), wish);
    scene.clock.advance(90);
    let SignIn::SecondStep { flow, methods, .. } =
        scene.client.sign_in(Scene::attempt(ALICE, demo::PASSWORD)).await.unwrap()
    else {
        panic!("no second step")
    };
    assert!(methods.iter().any(|method| method.factor == Factor::Mfa));
    let wrong =
        scene.client.take_second_step(flow.clone(), Factor::Mfa, Hidden::new("000000")).await.unwrap_err();
    assert_eq!(wrong.code(), Some(ErrorCode::WrongCode));
    let begun = scene.client.take_second_step(flow, Factor::Mfa, code(scene.now())).await.unwrap();
    assert_eq!(begun.account, demo::ACCOUNTS[0].id);
    scene.stop().await;
}

async fn prove_by_device(scene: &Scene, session: &Session, credential: &Credential, action: Action) {
    // A code is taken once: the binding used up those of before.
    scene.clock.advance(90);
    let check = session.begin_identity_check(action, &intent(action as u64)).await.unwrap();
    let now = scene.now().try_into().unwrap();
    let code = Hidden::new(credential.code_at(now).unwrap().text());
    session.prove_identity(check.flow, Factor::Mfa, code).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_changes_after_a_check_and_a_code_to_the_new_address() {
    let scene = Scene::start().await;
    let session = scene.sign_in(ALICE).await;
    // A contact younger than three days proves no other change.
    scene.clock.advance(73 * 3600);
    prove(&scene, &session, Action::ChangeSecurePhone).await;
    let (kind, number) = (ContactKind::SecurePhone, "+4915123456780");
    let begun = session.begin_contact_change(kind, Hidden::new(number), &intent(1)).await.unwrap();
    let code = scene.code_to(number).await;
    let changed = session.confirm_contact_change(kind, begun.flow, code).await.unwrap();
    assert!(changed.undo_until > scene.now());
    let phones: Vec<_> = session.account().await.unwrap().value.contacts.into_iter().collect();
    assert!(phones.iter().any(|contact| contact.kind == kind && contact.address == number));
    scene.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_registered_and_found_again_by_its_phone() {
    let scene = Scene::start().await;
    let wish = RegistrationBegin {
        kind: AccountKind::Individual,
        email: None,
        phone: Some(Hidden::new("+4915123456781")),
        language: Language::English,
    };
    let begun = scene.client.begin_registration(&wish, &intent(1)).await.unwrap();
    let account = |password: &str, code| NewAccount {
        flow: begun.flow.clone(),
        code,
        password: Hidden::new(password),
        name: "Carol".into(),
        device: "a test".into(),
        remember: true,
    };
    let code = scene.code_to("+4915123456781").await;
    let weak = scene.client.complete_registration(&account("password", code.clone()), &intent(2)).await;
    assert_eq!(weak.unwrap_err().code(), Some(ErrorCode::WeakPassword));
    let new = account("a lantern over the quiet river", code);
    let made = scene.client.complete_registration(&new, &intent(3)).await.unwrap();
    assert!(made.trusted_device.is_some());
    let session = scene.client.as_account(made.session);
    assert_eq!(session.account().await.unwrap().value.name, "Carol");
    scene.clock.advance(61);
    let wish = RetrievalBegin { phone: Hidden::new("+4915123456781"), language: Language::English };
    let begun = scene.client.begin_retrieval(&wish, &intent(4)).await.unwrap();
    let code = scene.code_to("+4915123456781").await;
    let found = scene.client.prove_retrieval(begun.flow, code).await.unwrap();
    assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [made.account]);
    scene.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_center_that_is_gone_is_unreachable_and_may_pass() {
    let scene = Scene::start().await;
    let session = scene.sign_in(ALICE).await;
    scene.stop().await;
    let error = session.account().await.unwrap_err();
    assert!(matches!(error, ClientError::Unreachable(_)), "{error:?}");
    assert!(error.may_pass());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_is_no_name_asks_nothing() {
    let scene = Scene::start().await;
    let session = scene.sign_in(ALICE).await;
    // As a path this would be the list, and end every other session.
    for name in ["", ".", ".."] {
        assert!(matches!(session.end_session(name).await, Err(ClientError::BadName)));
    }
    assert_eq!(session.end_session("../sessions").await.unwrap_err().code(), Some(ErrorCode::NotFound));
    scene.stop().await;
}
