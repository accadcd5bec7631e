//! Documents: sealed before they come, whole or not at all, opened by the one who has claimed the ticket, deleted in time.

use std::io::{Read as _, Write as _};
use std::str::FromStr as _;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tessera_center::rules::{document, key_list};
use tessera_center::store::tables::ticket::{self, Ticket};
use tessera_center_api::document::PIECE_BYTES_MAX;
use tessera_center_api::key_list::SignedKeyList;
use tessera_center_api::staff::Role;
use tessera_center_api::ticket::{TicketKind, TicketState};

use crate::harness::{Answer, ROOT_SEED, START, TestCenter};
use crate::on_both;
use crate::staff::Member;

/// A reviewer with an age key that the published list names.
pub(crate) struct Desk {
    reviewer: Member,
    session: String,
    identity: age::x25519::Identity,
}

impl Desk {
    pub(crate) async fn new(center: &TestCenter) -> Self {
        let reviewer = Member::new(center, "rita@example.com", &[Role::Reviewer], None).await;
        let session = reviewer.sign_in(center).await;
        let identity = age::x25519::Identity::generate();
        let recipient = identity.to_public().to_string();
        center
            .post("/v1/staff/reviewer-keys")
            .by(&session)
            .json(json!({ "recipient": recipient }))
            .send()
            .await
            .ok();
        publish(center).await;
        Self { reviewer, session, identity }
    }
}

/// Publishes the next list of keys.
async fn publish(center: &TestCenter) -> i64 {
    let escrow = age::x25519::Identity::generate().to_public().to_string();
    let mut tx = center.center.begin().await.unwrap();
    let list = key_list::draft(&mut tx, &center.center, &[escrow], 86_400 * 30).await.unwrap();
    let signed = SignedKeyList::sign(&list, &SigningKey::from_bytes(&ROOT_SEED)).unwrap();
    key_list::publish(&mut tx, &center.center, None, &signed).await.unwrap();
    tx.commit().await.unwrap();
    list.version
}

/// What an applicant's client does: seals to every key of the served list.
pub(crate) async fn sealed(center: &TestCenter, plain: &[u8]) -> (Vec<u8>, i64) {
    let served: SignedKeyList = serde_json::from_value(center.get("/v1/key-list").send().await.ok()).unwrap();
    let list: tessera_center_api::key_list::KeyList = serde_json::from_str(&served.list).unwrap();
    let keys: Vec<_> =
        list.keys.iter().map(|key| age::x25519::Recipient::from_str(&key.recipient).unwrap()).collect();
    let encryptor =
        age::Encryptor::with_recipients(keys.iter().map(|key| key as &dyn age::Recipient)).unwrap();
    let mut out = Vec::new();
    let mut writer = encryptor.wrap_output(&mut out).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap();
    (out, list.version)
}

fn opened(identity: &age::x25519::Identity, bytes: &[u8]) -> Option<Vec<u8>> {
    let decryptor = age::Decryptor::new(bytes).unwrap();
    let mut plain = Vec::new();
    decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).ok()?.read_to_end(&mut plain).ok()?;
    Some(plain)
}

pub(crate) async fn ticket_of(center: &TestCenter, account: i64, state: TicketState) -> String {
    let id = center.center.new_id().unwrap();
    let ticket = Ticket {
        id: id.clone(),
        kind: TicketKind::PhoneChangeIndividual,
        state,
        version: 1,
        account: Some(account),
        contact: None,
        contact_fingerprint: None,
        language: "en".into(),
        target: None,
        target_account: None,
        statement: vec![0],
        query_hash: None,
        open_key: None,
        proven_contact: None,
        factor_proven_at: None,
        claimed_by: None,
        claimed_until: None,
        first_reviewer: None,
        second_reviewer: None,
        contested_at: None,
        hold_until: None,
        due_at: None,
        created_at: START,
        submitted_at: None,
        decided_at: None,
        changed_at: START,
    };
    let mut tx = center.center.begin().await.unwrap();
    assert!(ticket::insert(&mut tx, &ticket).await.unwrap());
    tx.commit().await.unwrap();
    id
}

async fn set_state(center: &TestCenter, ticket: &str, state: TicketState) {
    sqlx::query("UPDATE ticket SET state = $2, changed_at = $3 WHERE id = $1")
        .bind(ticket)
        .bind(state.text())
        .bind(center.center.now())
        .execute(center.center.db.pool())
        .await
        .unwrap();
}

pub(crate) fn announcement(bytes: &[u8], version: i64) -> Value {
    let digest = HEXLOWER.encode(&Sha256::digest(bytes));
    json!({ "kind": "holding-document-front", "bytes": bytes.len(), "digest": digest, "list_version": version })
}

pub(crate) async fn announce(center: &TestCenter, by: &str, ticket: &str, body: &Value) -> Answer {
    center.post(&format!("/v1/tickets/{ticket}/documents")).by(by).json(body).send().await
}

pub(crate) async fn piece(center: &TestCenter, announced: &Value, begins_at: usize, bytes: &[u8]) -> Answer {
    let path =
        format!("/v1/documents/{}/upload?begins_at={begins_at}", announced["document"].as_str().unwrap());
    let by = announced["upload"].as_str().unwrap();
    center.ask(Method::PUT, &path).by(by).bytes("application/octet-stream", bytes.to_vec()).send().await
}

async fn upload(center: &TestCenter, announced: &Value, bytes: &[u8]) -> Value {
    let mut last = Value::Null;
    for (number, part) in bytes.chunks(PIECE_BYTES_MAX).enumerate() {
        last = piece(center, announced, number * PIECE_BYTES_MAX, part).await.ok();
    }
    last
}

on_both!(
    a_document_goes_from_the_applicant_to_the_claiming_reviewer_and_to_nobody_else,
    |center| async move {
        let desk = Desk::new(&center).await;
        let alice = center.account("alice@example.com").await;
        let session = center.session(alice).await;
        let ticket = ticket_of(&center, alice, TicketState::Draft).await;
        let photograph: Vec<u8> =
            (0..PIECE_BYTES_MAX * 5 / 2).map(|place| u8::try_from(place % 251).unwrap()).collect();
        let (bytes, version) = sealed(&center, &photograph).await;
        let announced = announce(&center, &session, &ticket, &announcement(&bytes, version)).await.ok();

        // It breaks off after a piece, and goes on at another server.
        piece(&center, &announced, 0, &bytes[..PIECE_BYTES_MAX]).await.ok();
        assert_eq!(piece(&center, &announced, 0, &bytes[..PIECE_BYTES_MAX]).await.code(), "wrong-state");
        let other = center.another_server().await;
        let path = format!("/v1/documents/{}/upload", announced["document"].as_str().unwrap());
        let token = announced["upload"].as_str().unwrap();
        let far = TestCenter::ask_at(&other, Method::GET, &path).by(token).send().await.ok();
        assert_eq!((&far["received"], &far["complete"]), (&json!(PIECE_BYTES_MAX), &json!(false)));
        piece(&center, &announced, PIECE_BYTES_MAX, &bytes[PIECE_BYTES_MAX..2 * PIECE_BYTES_MAX]).await.ok();
        let done = piece(&center, &announced, 2 * PIECE_BYTES_MAX, &bytes[2 * PIECE_BYTES_MAX..]).await.ok();
        assert_eq!(done["complete"], true);

        set_state(&center, &ticket, TicketState::Submitted).await;
        let listed =
            center.get(&format!("/v1/staff/tickets/{ticket}/documents")).by(&desk.session).send().await.ok();
        let document = format!("/v1/staff/documents/{}", listed[0]["document"].as_str().unwrap());
        assert_eq!(center.get(&document).by(&desk.session).send().await.code(), "forbidden");
        assert_eq!(center.get(&document).by(&session).send().await.code(), "not-signed-in");
        let mut tx = center.center.begin().await.unwrap();
        let now = center.center.now();
        assert!(ticket::claim(&mut tx, &ticket, &desk.reviewer.id, now, now + 100).await.unwrap());
        tx.commit().await.unwrap();
        let answer = center.ask(Method::GET, &document).by(&desk.session).send().await.bytes;
        assert_eq!(opened(&desk.identity, &answer).unwrap(), photograph);
        center.clock.advance(100);
        assert_eq!(center.get(&document).by(&desk.session).send().await.code(), "forbidden");
    }
);

on_both!(what_is_not_sealed_too_large_or_not_what_was_announced_is_refused, |center| async move {
    Desk::new(&center).await;
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let ticket = ticket_of(&center, alice, TicketState::Draft).await;
    let (bytes, version) = sealed(&center, b"a photograph").await;

    let plain = b"%PDF-1.7 a scan in clear";
    let announced = announce(&center, &session, &ticket, &announcement(plain, version)).await.ok();
    assert_eq!(piece(&center, &announced, 0, plain).await.code(), "invalid-value");

    let mut other = announcement(&bytes, version);
    other["digest"] = json!("00".repeat(32));
    let announced = announce(&center, &session, &ticket, &other).await.ok();
    assert_eq!(piece(&center, &announced, 0, &bytes).await.code(), "invalid-value");
    assert_eq!(piece(&center, &announced, 0, &bytes).await.code(), "not-found");

    for (field, value, code) in [
        ("bytes", json!(0), "invalid-value"),
        ("bytes", json!(-1), "invalid-value"),
        ("bytes", json!(10 * 1024 * 1024 + 1), "invalid-value"),
        ("digest", json!("zz"), "invalid-value"),
        ("digest", json!("00"), "invalid-value"),
        ("kind", json!("passport"), "bad-request"),
        ("list_version", json!(version - 1), "changed"),
        ("list_version", json!(i64::MAX), "changed"),
    ] {
        let mut body = announcement(&bytes, version);
        body[field] = value;
        assert_eq!(announce(&center, &session, &ticket, &body).await.code(), code, "{body}");
    }
    let announced = announce(&center, &session, &ticket, &announcement(&bytes, version)).await.ok();
    assert_eq!(piece(&center, &announced, 0, b"").await.code(), "invalid-value");
    assert_eq!(piece(&center, &announced, 0, &vec![0; PIECE_BYTES_MAX + 1]).await.code(), "too-large");
    assert_eq!(piece(&center, &announced, 1, &bytes[1..]).await.code(), "wrong-state");
    assert_eq!(piece(&center, &announced, usize::MAX / 2, &bytes).await.code(), "invalid-value");
    // age's header has a stanza of random length: only more of the same is longer for certain.
    let longer = [bytes.as_slice(), b"x"].concat();
    assert_eq!(piece(&center, &announced, 0, &longer).await.code(), "invalid-value");
    assert_eq!(upload(&center, &announced, &bytes).await["complete"], true);
});

on_both!(nobody_adds_to_the_ticket_of_another_nor_to_one_that_is_being_decided, |center| async move {
    Desk::new(&center).await;
    let (alice, mallory) =
        (center.account("alice@example.com").await, center.account("mallory@example.com").await);
    let (hers, his) = (center.session(alice).await, center.session(mallory).await);
    let ticket = ticket_of(&center, alice, TicketState::Draft).await;
    let (bytes, version) = sealed(&center, b"a photograph").await;
    let body = announcement(&bytes, version);
    assert_eq!(announce(&center, &his, &ticket, &body).await.code(), "not-found");
    let path = format!("/v1/tickets/{ticket}/documents");
    assert_eq!(center.post(&path).json(&body).send().await.code(), "not-signed-in");
    let guessed = center.post(&path).header("ticket-code", &"0".repeat(26)).json(&body).send().await;
    assert_eq!(guessed.code(), "not-found");
    let announced = announce(&center, &hers, &ticket, &body).await.ok();
    let document = announced["document"].as_str().unwrap();
    let removal = format!("/v1/tickets/{ticket}/documents/{document}");
    assert_eq!(center.delete(&removal).by(&his).send().await.code(), "not-found");
    set_state(&center, &ticket, TicketState::Submitted).await;
    assert_eq!(announce(&center, &hers, &ticket, &body).await.code(), "wrong-state");
    assert_eq!(center.delete(&removal).by(&hers).send().await.code(), "wrong-state");
    set_state(&center, &ticket, TicketState::MoreInformation).await;
    assert_eq!(center.delete(&removal).by(&hers).send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(piece(&center, &announced, 0, &bytes).await.code(), "not-found");
});

on_both!(a_ticket_takes_eight_documents_however_many_are_announced_at_once, |center| async move {
    Desk::new(&center).await;
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let ticket = ticket_of(&center, alice, TicketState::Draft).await;
    let (bytes, version) = sealed(&center, b"a photograph").await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (center, session, ticket) = (Arc::clone(&center), session.clone(), ticket.clone());
            let body = announcement(&bytes, version);
            tokio::spawn(async move { announce(&center, &session, &ticket, &body).await })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == StatusCode::CREATED {
            taken += 1;
        } else {
            assert_eq!(answer.code(), "limit-reached");
        }
    }
    assert_eq!(taken, center.center.config.rules.documents_per_ticket);
});

on_both!(the_same_piece_sent_twenty_times_at_once_is_taken_once, |center| async move {
    Desk::new(&center).await;
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let ticket = ticket_of(&center, alice, TicketState::Draft).await;
    let (bytes, version) = sealed(&center, &vec![7; 100_000]).await;
    let announced = announce(&center, &session, &ticket, &announcement(&bytes, version)).await.ok();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (center, announced, part) =
                (Arc::clone(&center), announced.clone(), bytes[..50_000].to_vec());
            tokio::spawn(async move { piece(&center, &announced, 0, &part).await.status.is_success() })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += usize::from(task.await.unwrap());
    }
    assert_eq!(taken, 1);
    assert_eq!(piece(&center, &announced, 50_000, &bytes[50_000..]).await.ok()["complete"], true);
});

on_both!(when_the_list_changes_a_document_is_sealed_anew_and_the_old_one_goes, |center| async move {
    let desk = Desk::new(&center).await;
    let supervisor =
        Member::new(&center, "sue@example.com", &[Role::Supervisor], None).await.sign_in(&center).await;
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let ticket = ticket_of(&center, alice, TicketState::Draft).await;
    let (bytes, version) = sealed(&center, b"a photograph").await;
    let announced = announce(&center, &session, &ticket, &announcement(&bytes, version)).await.ok();
    upload(&center, &announced, &bytes).await;
    set_state(&center, &ticket, TicketState::Submitted).await;
    let stale = async |by: &str| center.get("/v1/staff/documents/stale").by(by).send().await.ok();
    assert_eq!(stale(&supervisor).await, json!([]));

    let (other, _) = sealed(&center, b"another photograph").await;
    let mut body = announcement(&other, version);
    body.as_object_mut().unwrap().remove("kind");
    let path = format!("/v1/staff/documents/{}/reseal", announced["document"].as_str().unwrap());
    assert_eq!(center.post(&path).by(&supervisor).json(&body).send().await.code(), "wrong-state");

    publish(&center).await;
    assert_eq!(stale(&supervisor).await[0]["document"], announced["document"]);
    let (again, version) = sealed(&center, b"a photograph").await;
    let mut body = announcement(&again, version);
    body.as_object_mut().unwrap().remove("kind");
    assert_eq!(center.post(&path).by(&desk.session).json(&body).send().await.code(), "forbidden");
    let resealed = center.post(&path).by(&supervisor).json(&body).send().await.ok();
    upload(&center, &resealed, &again).await;
    assert_eq!(stale(&supervisor).await, json!([]));
    let listed =
        center.get(&format!("/v1/staff/tickets/{ticket}/documents")).by(&supervisor).send().await.ok();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["document"]), (1, &resealed["document"]));
    assert_eq!(document::delete_due(&center.center).await.unwrap(), 1);
});

on_both!(documents_are_deleted_thirty_days_after_the_end_to_the_second, |center| async move {
    Desk::new(&center).await;
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let ticket = ticket_of(&center, alice, TicketState::Draft).await;
    let (bytes, version) = sealed(&center, b"a photograph").await;
    let announced = announce(&center, &session, &ticket, &announcement(&bytes, version)).await.ok();
    upload(&center, &announced, &bytes).await;
    let folder = center.center.config.data.join("documents").join(announced["document"].as_str().unwrap());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    set_state(&center, &ticket, TicketState::Rejected).await;
    let kept = u64::try_from(center.center.config.rules.documents_kept).unwrap();
    center.clock.advance(kept - 1);
    assert_eq!(document::delete_due(&center.center).await.unwrap(), 0);
    center.clock.advance(1);
    assert_eq!(document::delete_due(&center.center).await.unwrap(), 1);
    assert_eq!(std::fs::read_dir(&folder).map_or(0, Iterator::count), 0);
    assert_eq!(document::delete_due(&center.center).await.unwrap(), 0);
});
