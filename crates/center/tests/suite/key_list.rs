//! To whom documents are sealed: what the server publishes, and what a client must not believe.

use ed25519_dalek::SigningKey;
use serde_json::json;
use tessera_center::rules::key_list;
use tessera_center_api::key_list::{KeyList, KeyListError, KeyPurpose, RootKey, SignedKeyList};
use tessera_center_api::staff::Role;

use crate::harness::{ROOT_SEED, TestCenter};
use crate::on_both;
use crate::staff::Member;

fn root() -> SigningKey {
    SigningKey::from_bytes(&ROOT_SEED)
}

fn recipient() -> String {
    age::x25519::Identity::generate().to_public().to_string()
}

/// A draft of the next list with an escrow key, as `tessera-center root draft` makes it.
async fn draft(center: &TestCenter) -> KeyList {
    let mut tx = center.center.read().await.unwrap();
    key_list::draft(&mut tx, &center.center, &[recipient()], 86_400).await.unwrap()
}

async fn publish(center: &TestCenter, by: &str, signed: &SignedKeyList) -> crate::harness::Answer {
    center.post("/v1/staff/key-list").by(by).json(signed).send().await
}

on_both!(a_reviewers_key_is_listed_once_the_root_key_signed_it, |center| async move {
    let reviewer = Member::new(&center, "rita@example.com", &[Role::Reviewer], None).await;
    let operator = Member::new(&center, "otto@example.com", &[Role::Operator], None).await;
    let (reviewing, operating) = (reviewer.sign_in(&center).await, operator.sign_in(&center).await);
    assert_eq!(center.get("/v1/key-list").send().await.code(), "not-found");
    let key = recipient();
    let register = async |by: &str, key: &str| {
        center.post("/v1/staff/reviewer-keys").by(by).json(json!({ "recipient": key })).send().await
    };
    assert_eq!(register(&reviewing, "age1nonsense").await.code(), "invalid-value");
    assert_eq!(register(&operating, &key).await.code(), "forbidden");
    register(&reviewing, &key).await.ok();
    assert_eq!(register(&reviewing, &key).await.code(), "wrong-state");

    let draft = draft(&center).await;
    assert_eq!(draft.version, 1);
    assert!(
        draft.keys.iter().any(|one| one.recipient == key
            && one.purpose == KeyPurpose::Reviewer
            && one.holder == reviewer.id)
    );
    let signed = SignedKeyList::sign(&draft, &root()).unwrap();
    assert_eq!(publish(&center, &reviewing, &signed).await.code(), "forbidden");
    publish(&center, &operating, &signed).await.ok();
    assert_eq!(publish(&center, &operating, &signed).await.code(), "changed");

    let served: SignedKeyList = serde_json::from_value(center.get("/v1/key-list").send().await.ok()).unwrap();
    let pinned =
        RootKey::from_text(center.get("/v1/center").send().await.ok()["root_key"].as_str().unwrap()).unwrap();
    assert_eq!(served.verify(&pinned, center.center.now(), 0).unwrap(), draft);
    assert_eq!(served.verify(&pinned, draft.expires_at, 0), Err(KeyListError::Expired));
    let listed = center.get("/v1/staff/reviewer-keys").by(&reviewing).send().await.ok();
    assert_eq!((&listed[0]["recipient"], &listed[0]["listed"]), (&json!(key), &json!(true)));
});

on_both!(a_list_that_the_root_key_did_not_sign_is_not_published, |center| async move {
    let operator =
        Member::new(&center, "otto@example.com", &[Role::Operator], None).await.sign_in(&center).await;
    let reviewer =
        Member::new(&center, "rita@example.com", &[Role::Reviewer], None).await.sign_in(&center).await;
    center
        .post("/v1/staff/reviewer-keys")
        .by(&reviewer)
        .json(json!({ "recipient": recipient() }))
        .send()
        .await
        .ok();
    let mut list = draft(&center).await;
    let foreign = SignedKeyList::sign(&list, &SigningKey::from_bytes(&[9; 32])).unwrap();
    assert_eq!(publish(&center, &operator, &foreign).await.code(), "invalid-value");
    let signed = SignedKeyList::sign(&list, &root()).unwrap();
    let swapped = SignedKeyList { list: signed.list.replacen("age1", "age2", 1), ..signed };
    assert_eq!(publish(&center, &operator, &swapped).await.code(), "invalid-value");
    list.keys[0].recipient = "age1mallory".into();
    let no_recipient = SignedKeyList::sign(&list, &root()).unwrap();
    assert_eq!(publish(&center, &operator, &no_recipient).await.code(), "invalid-value");
    assert_eq!(center.get("/v1/key-list").send().await.code(), "not-found");
});

on_both!(of_two_lists_of_one_version_one_is_published, |center| async move {
    let operator =
        Member::new(&center, "otto@example.com", &[Role::Operator], None).await.sign_in(&center).await;
    let reviewer =
        Member::new(&center, "rita@example.com", &[Role::Reviewer], None).await.sign_in(&center).await;
    center
        .post("/v1/staff/reviewer-keys")
        .by(&reviewer)
        .json(json!({ "recipient": recipient() }))
        .send()
        .await
        .ok();
    let mut lists = Vec::new();
    for _ in 0..8 {
        lists.push(SignedKeyList::sign(&draft(&center).await, &root()).unwrap());
    }
    let mut tasks = Vec::new();
    for signed in lists {
        let (center, operator) = (std::sync::Arc::clone(&center), operator.clone());
        tasks.push(tokio::spawn(async move { publish(&center, &operator, &signed).await }));
    }
    let mut published = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status.is_success() {
            published += 1;
        } else {
            assert_eq!(answer.code(), "changed");
        }
    }
    assert_eq!(published, 1);
});
