//! The shell against the trial center: what the page's commands come to.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use tauri::ipc::Channel;
use tessera_center_api::{
    Hidden,
    identity::{Action, Factor},
    mfa::{Protection, Protections},
};
use tessera_center_client::{LoginAttempt, SignIn};
use zeroize::Zeroizing;

use super::{
    Call,
    connections::record_id,
    flows::{Flow, Purpose},
    requests::key,
};
use crate::{
    dto::{AccountRef, CenterRow, ErrorCode, Failure, LastKnown, LockReason, SignInOutcome},
    shell::tests::Fixture,
};

const ALICE: &str = "alice@example.com";

/// A shell with an open vault, and its trial center.
struct Scene {
    fixture: Fixture,
    center: CenterRow,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::new(folder.path());
        let shell = Arc::clone(&fixture.shell);
        let create = move || shell.create(Zeroizing::new("a quiet lantern under the old bridge".into()));
        tokio::task::spawn_blocking(create).await.unwrap().unwrap();
        let call = Call { shell: Arc::clone(&fixture.shell), key: key(&"test") };
        let center = call.start_trial().await.unwrap();
        Self { fixture, center, _folder: folder }
    }

    fn call(&self, name: &str) -> Call {
        Call { shell: Arc::clone(&self.fixture.shell), key: key(&name) }
    }

    async fn sign_in(&self) -> SignInOutcome {
        let call = self.call("sign-in");
        let (id, client) = call.center(&self.center.id).await.unwrap();
        let attempt = LoginAttempt {
            name: Hidden::new(ALICE),
            password: Hidden::new(tessera_center::demo::PASSWORD),
            code: None,
            trusted_device: None,
            remember: true,
            device: tessera_center_client::device_name(),
        };
        match client.sign_in(attempt).await.unwrap() {
            SignIn::Begun(begun) => call.begun(id, begun, ALICE.into()).await.unwrap(),
            SignIn::SecondStep { flow, expires_at, methods } => {
                let vault = call.offers(id, None, ALICE.into()).await.unwrap();
                let purpose = Purpose::SecondStep { login_name: ALICE.into() };
                let flow = call.shell.center.flows.keep(Flow { center: id, token: flow, purpose });
                SignInOutcome::SecondStep { flow, expires_at, methods, vault }
            }
        }
    }

    async fn account(&self) -> AccountRef {
        match self.sign_in().await {
            SignInOutcome::SignedIn { who, .. } => who,
            SignInOutcome::SecondStep { .. } => panic!("a second step"),
        }
    }

    /// The code of the newest message.
    async fn newest_code(&self) -> Hidden {
        let messages = self.call("inbox").inbox().await.unwrap();
        let text = &messages[0].body;
        Hidden::new(text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).unwrap())
    }

    async fn prove(&self, who: &AccountRef, action: Action) {
        self.fixture.pass(61);
        let call = self.call("prove");
        let session = call.session(who).await.unwrap();
        let check = session.begin_identity_check(action, &super::new_intent()).await.unwrap();
        session.send_identity_code(check.flow.clone(), Factor::Email).await.unwrap();
        let code = self.newest_code().await;
        session.prove_identity(check.flow, Factor::Email, code).await.unwrap();
    }

    async fn end(&self) {
        self.call("stop").stop_trial().await;
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_virtual_device_goes_straight_into_the_vault_and_its_codes_take_the_second_step() {
    let scene = Scene::start().await;
    assert!(scene.center.trial && scene.center.about.is_some() && scene.center.root_fingerprint.is_some());
    let who = scene.account().await;
    scene.prove(&who, Action::BindMfaDevice).await;

    let call = scene.call("bind");
    let session = call.session(&who).await.unwrap();
    let pending = session.new_virtual_device("vault", &super::new_intent()).await.unwrap();
    let entry = call.store_secret(&pending.uri).await.unwrap();
    let stages = Arc::new(Mutex::new(0));
    let told = Arc::clone(&stages);
    let progress = Channel::new(move |_| {
        *told.lock().unwrap() += 1;
        Ok(())
    });
    // The period passes while the second code is waited for.
    let now = Arc::clone(&scene.fixture.now);
    let waiting = Arc::clone(&stages);
    let passing = tokio::spawn(async move {
        while *waiting.lock().unwrap() < 3 {
            tokio::task::yield_now().await;
        }
        now.fetch_add(30, std::sync::atomic::Ordering::SeqCst);
    });
    let [first, second] = call.two_codes(entry, &progress).await.unwrap();
    passing.await.unwrap();
    assert_ne!(first, second);
    assert_eq!(*stages.lock().unwrap(), 4, "stored, first, waiting, second");
    let device =
        session.bind_virtual_device(pending.flow, first, second, &super::new_intent()).await.unwrap();
    let id = record_id(&who.center).unwrap();
    call.link(id, who.account, entry, device.id.clone()).await.unwrap();

    // Login protection by MFA, proven by a code of the vault: this period's went to the center, so the next is waited for.
    let check = session.begin_identity_check(Action::ChangeProtection, &super::new_intent()).await.unwrap();
    let now = Arc::clone(&scene.fixture.now);
    let (until, waited) = tokio::sync::oneshot::channel();
    let until = Mutex::new(Some(until));
    let wait = Channel::new(move |_| {
        if let Some(until) = until.lock().unwrap().take() {
            until.send(()).unwrap();
        }
        Ok(())
    });
    let passing = tokio::spawn(async move {
        waited.await.unwrap();
        now.fetch_add(30, std::sync::atomic::Ordering::SeqCst);
    });
    let code = call.fresh_code(entry, &wait).await.unwrap();
    passing.await.unwrap();
    session.prove_identity(check.flow, Factor::Mfa, code).await.unwrap();
    let both = Protections { login: Protection::Mfa, operation: Protection::Off };
    session.set_protections(both).await.unwrap();

    call.sign_out(&who).await.unwrap();
    assert_eq!(call.session(&who).await.unwrap_err().code, ErrorCode::CenterNotSignedIn);
    scene.fixture.pass(30);
    let SignInOutcome::SecondStep { vault, .. } = scene.sign_in().await else { panic!("no second step") };
    assert_eq!(vault.len(), 1, "the vault offers the device that it is");
    assert_eq!(vault[0].entry, crate::convert::id(entry));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_outlives_the_lock_and_nothing_of_it_outlives_in_memory() {
    let scene = Scene::start().await;
    let who = scene.account().await;
    let shell = Arc::clone(&scene.fixture.shell);
    tokio::task::spawn_blocking(move || shell.lock(LockReason::Asked)).await.unwrap();
    let call = scene.call("locked");
    assert_eq!(call.session(&who).await.unwrap_err().code, ErrorCode::Locked);
    assert_eq!(call.start_trial().await.unwrap_err().code, ErrorCode::Locked);
    let shell = Arc::clone(&scene.fixture.shell);
    let unlock = move || shell.unlock(Zeroizing::new("a quiet lantern under the old bridge".into()));
    tokio::task::spawn_blocking(unlock).await.unwrap().unwrap();
    let session = call.session(&who).await.unwrap();
    assert_eq!(session.account().await.unwrap().value.id, who.account);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_center_last_told_is_there_after_the_lock_and_goes_with_the_session() {
    let scene = Scene::start().await;
    let who = scene.account().await;
    let shell = Arc::clone(&scene.fixture.shell);
    let blocking = |work: Box<dyn FnOnce(&crate::shell::Shell) + Send>| {
        let shell = Arc::clone(&shell);
        tokio::task::spawn_blocking(move || work(&shell))
    };
    let known =
        move |name: &str, at: u64, text: String| LastKnown { who: who.clone(), name: name.into(), at, text };
    let told = |shell: &crate::shell::Shell| {
        let told = shell.last_known().unwrap();
        told.into_iter().map(|known| (known.name, known.at, known.text)).collect::<Vec<_>>()
    };
    let note = known.clone();
    blocking(Box::new(move |shell| {
        shell.keep_known(note("account", 5, "{\"name\":\"of-alice\"}".into())).unwrap();
        shell.keep_known(note("devices", 6, "[]".into())).unwrap();
        shell.keep_known(note("devices", 7, "x".repeat(100_000))).unwrap();
        let stranger = LastKnown {
            who: AccountRef { account: 1, ..note("", 0, String::new()).who },
            ..note("a", 1, String::new())
        };
        shell.keep_known(stranger).unwrap();
        shell.lock(LockReason::Asked);
        assert_eq!(shell.last_known().unwrap_err().code, ErrorCode::Locked);
        let file = std::fs::read(shell.config.lock().unwrap().vault_path()).unwrap();
        assert!(!file.windows(8).any(|bytes| bytes == b"of-alice"), "sealed");
        shell.unlock(Zeroizing::new("a quiet lantern under the old bridge".into())).unwrap();
        let kept = [("account".to_owned(), 5, "{\"name\":\"of-alice\"}".to_owned())];
        assert_eq!(told(shell), kept, "what is too long is not kept, nor what it replaced, nor a stranger's");
    }))
    .await
    .unwrap();
    let call = scene.call("out");
    call.sign_out(&known("", 0, String::new()).who).await.unwrap();
    blocking(Box::new(move |shell| {
        assert_eq!(told(shell), []);
        shell.lock(LockReason::Asked);
        shell.unlock(Zeroizing::new("a quiet lantern under the old bridge".into())).unwrap();
        assert_eq!(told(shell), []);
        let of_accounts = |open: &mut crate::session::OpenVault| {
            Ok(open.vault.known_records().filter(|(_, known)| known.account != 0).count())
        };
        assert_eq!(shell.with_vault(of_accounts).unwrap(), 0);
    }))
    .await
    .unwrap();
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_center_said_of_itself_is_there_after_the_lock_until_the_center_is_removed() {
    let scene = Scene::start().await;
    let said = scene.center.about.clone().unwrap();
    assert_eq!(
        (said.limits.hold_seconds, said.limits.hold_with_factor_seconds),
        (300, 60),
        "the trial's own"
    );
    assert!(said.support.is_some());
    let (id, shell) = (scene.center.id.clone(), Arc::clone(&scene.fixture.shell));
    scene.end().await;
    let after = move || {
        shell.lock(LockReason::Asked);
        shell.unlock(Zeroizing::new("a quiet lantern under the old bridge".into())).unwrap();
        let rows = shell.center_rows().unwrap();
        assert_eq!(rows[0].about.as_ref(), Some(&said), "with nobody there to ask");
        assert!(rows[0].about_at.is_some());
        assert!(shell.last_known().unwrap().is_empty(), "the page is told of accounts");
        let id = record_id(&id).unwrap();
        shell.with_vault(|open| Ok(open.vault.remove_center(id)?)).unwrap();
        shell.lock(LockReason::Asked);
        shell.unlock(Zeroizing::new("a quiet lantern under the old bridge".into())).unwrap();
        assert_eq!(shell.with_vault(|open| Ok(open.vault.known_records().count())).unwrap(), 0);
    };
    tokio::task::spawn_blocking(after).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_reviewers_share_a_vault_and_each_has_codes_and_a_key_of_its_own() {
    use tessera_center_api::staff::{Role, StaffMember};
    use tessera_center_client::StaffToken;
    let scene = Scene::start().await;
    let call = scene.call("desk");
    let id = record_id(&scene.center.id).unwrap();
    let [rita, sam] = tessera_center::demo::STAFF.map(|(email, _)| email.to_owned());
    let uri = |name: &str| {
        Hidden::new(format!("otpauth://totp/Trial:{name}?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
    };
    let mut entries = Vec::new();
    for email in [&rita, &sam] {
        let entry = call.store_secret(&uri(email)).await.unwrap();
        call.keep_staff_entry(id, email.clone(), entry).await.unwrap();
        entries.push(entry);
    }
    assert_eq!(call.staff_entry(id, rita.clone()).await.unwrap(), entries[0]);
    assert_eq!(call.staff_entry(id, sam.to_uppercase()).await.unwrap(), entries[1]);
    let nobody = call.staff_entry(id, "nobody@example.com".into()).await.unwrap_err();
    assert_eq!(nobody.code, ErrorCode::CenterNoEntry);

    let mut keys = Vec::new();
    for (email, member) in [(&rita, "r-1"), (&sam, "r-2"), (&rita, "r-1")] {
        let member = StaffMember {
            id: member.into(),
            name: String::new(),
            roles: vec![Role::Reviewer],
            decides_from: 0,
        };
        call.staff_begun(
            id,
            email.clone(),
            &StaffToken::new("a session that the center does not know"),
            &member,
        )
        .await
        .unwrap();
        // The center refuses this session; the key was made before.
        call.register_key(&scene.center.id).await.unwrap_err();
        let shell = Arc::clone(&scene.fixture.shell);
        let center = scene.center.id.clone();
        let status = tokio::task::spawn_blocking(move || shell.desk_status(&center)).await.unwrap().unwrap();
        assert_eq!(status.email.as_ref(), Some(email));
        assert_eq!(status.codes.len(), 2);
        keys.push(status.recipient.unwrap());
    }
    assert_ne!(keys[0], keys[1]);
    assert_eq!(keys[0], keys[2], "the first one's again");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ended_at_the_center_is_dropped_here() {
    let scene = Scene::start().await;
    let who = scene.account().await;
    let call = scene.call("ended");
    let session = call.session(&who).await.unwrap();
    session.sign_out().await.unwrap();
    let refused = call.heed(&who, session.account().await).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::CenterNotSignedIn);
    let shell = Arc::clone(&scene.fixture.shell);
    let rows = tokio::task::spawn_blocking(move || shell.account_rows()).await.unwrap().unwrap();
    assert!(!rows[0].signed_in);
    assert_eq!(rows[0].login_name, ALICE);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trial_center_stops_starts_again_and_is_made_anew() {
    let scene = Scene::start().await;
    let who = scene.account().await;
    let call = scene.call("trial");
    assert!(call.trial().await.unwrap().running);
    call.stop_trial().await;
    assert!(!call.trial().await.unwrap().running);
    let session = call.session(&who).await.unwrap();
    let away = Failure::from(session.account().await.unwrap_err());
    assert_eq!(away.code, ErrorCode::CenterUnreachable);
    let again = call.start_trial().await.unwrap();
    assert_eq!(again.id, scene.center.id, "the same connection");
    let session = call.session(&who).await.unwrap();
    assert_eq!(session.account().await.unwrap().value.id, who.account);
    let folder = scene.fixture.shell.config.lock().unwrap().trial_folder().to_owned();
    assert!(files(&folder).len() > 2);
    let anew = call.reset_trial().await.unwrap();
    assert_ne!(anew.id, scene.center.id);
    assert_ne!(anew.root_fingerprint, scene.center.root_fingerprint);
    assert_eq!(call.session(&who).await.unwrap_err().code, ErrorCode::CenterNotFound);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_sealed_to_the_trial_s_own_list_and_sent() {
    use crate::dto::{OwnDocumentState, TicketRef};
    use tessera_center_api::ticket::{DocumentKind, DocumentType, Statement};
    let scene = Scene::start().await;
    let who = scene.account().await;
    let call = scene.call("ticket");
    let list = call.sealing_list(&who.center).await.unwrap();
    assert_eq!((list.reviewers, list.escrow), (1, 1));
    let session = call.session(&who).await.unwrap();
    let statement = Statement::IdentityVerificationIndividual {
        name: Hidden::new("Alice Example"),
        document_type: DocumentType::IdCard,
        document_number: Hidden::new("L01X00T47"),
    };
    let ticket = session.new_ticket(statement, &super::new_intent()).await.unwrap();
    let ticket = TicketRef { center: who.center.clone(), account: Some(who.account), id: ticket.id };
    let picture =
        tessera_center_client::document::Picture::from_rgb(400, 300, vec![120; 400 * 300 * 3]).unwrap();
    let found = super::documents::Found { name: Some("id.png".into()), bytes: 9, is_pdf: false, picture };
    let documents = &scene.fixture.shell.center.documents;
    let own = documents.add(ticket.clone(), DocumentKind::HoldingDocumentFront, found).unwrap();
    documents.edit(&own.id, 1, None).unwrap();
    call.start_upload(&own.id).unwrap();
    let stored = loop {
        let now = documents.of(&ticket).remove(0);
        assert_ne!(now.state, OwnDocumentState::Failed, "{:?}", now.failure);
        if now.state == OwnDocumentState::Stored {
            break now;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((stored.sent, stored.recipients), (stored.bytes, 2));
    assert_eq!(documents.edit(&own.id, 0, None).unwrap_err().code, ErrorCode::InvalidRequest);
    call.remove_document(&ticket, &own.id).await.unwrap();
    assert!(documents.of(&ticket).is_empty());
    scene.end().await;
}
