//! Sub-accounts and collaborators: what an owner may do, what the member is told, and nothing else.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tessera_center::outbox::Template;
use tessera_center_api::identity::Action;

use crate::harness::{Answer, PASSWORD, TestCenter};
use crate::on_both;

async fn create(center: &TestCenter, owner: &str, email: &str, mfa_required: bool) -> Answer {
    center.prove(owner, Action::ManageMembers).await;
    let body = json!({"name": "Bob Builder", "email": email, "mfa_required": mfa_required});
    center.post("/v1/sub-accounts").by(owner).json(body).send().await
}

/// The invitation in the latest message.
async fn invitation(center: &TestCenter) -> String {
    let messages = center.messages().await;
    let latest =
        messages.iter().rev().find(|one| one.message.template() == Template::SubAccountInvited).unwrap();
    latest.message.value("invitation").unwrap().as_str().unwrap().to_owned()
}

async fn accept(center: &TestCenter, invitation: &str, password: &str) -> Answer {
    let body = json!({"invitation": invitation, "password": password});
    center.post("/v1/sub-accounts/accept").json(body).send().await
}

/// A sub-account whose member took the invitation.
async fn member(center: &TestCenter, owner: &str, email: &str, mfa_required: bool) -> i64 {
    let created = create(center, owner, email, mfa_required).await.ok();
    let invitation = invitation(center).await;
    accept(center, &invitation, PASSWORD).await.ok();
    center.empty_outbox().await;
    created["id"].as_i64().unwrap()
}

/// Signs in with the password alone.
async fn sign_in(center: &TestCenter, name: &str) -> Value {
    let body = json!({"name": name, "password": PASSWORD, "device": "laptop"});
    center.post("/v1/login").json(body).send().await.ok()
}

async fn put(center: &TestCenter, session: &str, path: &str, body: Value) -> Answer {
    center.ask(Method::PUT, path).by(session).json(body).send().await
}

on_both!(an_owner_creates_a_sub_account_and_its_member_sets_the_password, |center| async move {
    let owner = center.session(center.account("owner@example.com").await).await;
    let body = json!({"name": "Bob", "email": "bob@example.com"});
    let unproven = center.post("/v1/sub-accounts").by(&owner).json(&body).send().await;
    assert_eq!(unproven.code(), "identity-check-required");
    let created = create(&center, &owner, "bob@example.com", false).await;
    assert_eq!(created.status, StatusCode::CREATED);
    let created = created.json();
    assert_eq!((&created["name"], &created["state"]), (&json!("Bob Builder"), &json!("invited")));
    let token = invitation(&center).await;
    assert_eq!(accept(&center, &token, "iloveyou").await.code(), "weak-password");
    let taken = accept(&center, &token, PASSWORD).await.ok();
    assert_eq!(taken["account"], created["id"]);
    assert_eq!(accept(&center, &token, PASSWORD).await.code(), "link-ended", "once");
    for wrong in ["", "x", &"A".repeat(43)] {
        assert_eq!(accept(&center, wrong, PASSWORD).await.code(), "link-ended");
    }
    assert_eq!(
        sign_in(&center, "bob@example.com").await["signed_in"]["account"].as_i64().or(sign_in(
            &center,
            "bob@example.com"
        )
        .await["account"]
            .as_i64()),
        created["id"].as_i64()
    );
    let listed = center.get("/v1/sub-accounts").by(&owner).send().await.ok();
    assert_eq!(listed["items"][0]["state"], "active");
    // The member has no sub-accounts and no collaborators of its own.
    let bob = center.session(created["id"].as_i64().unwrap()).await;
    assert_eq!(create(&center, &bob, "x@example.com", false).await.code(), "forbidden");
    let body = json!({"email": "x@example.com"});
    assert_eq!(center.post("/v1/collaborators").by(&bob).json(body).send().await.code(), "forbidden");
});

on_both!(an_invitation_is_taken_once_however_many_try_and_waits_a_week, |center| async move {
    let owner = center.session(center.account("owner@example.com").await).await;
    let created = create(&center, &owner, "bob@example.com", false).await.ok();
    let token = invitation(&center).await;
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let (center, token) = (std::sync::Arc::clone(&center), token.clone());
            tokio::spawn(async move { accept(&center, &token, PASSWORD).await.status.is_success() })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += usize::from(task.await.unwrap());
    }
    assert_eq!(taken, 1);
    let again = format!("/v1/sub-accounts/{}/invitation", created["id"]);
    let body = json!({"email": "bob@example.com"});
    assert_eq!(center.post(&again).by(&owner).json(&body).send().await.code(), "wrong-state");
    // Another one is not taken in time; the next goes to another address, and ends the one before.
    let created = create(&center, &owner, "eve@example.com", false).await.ok();
    let first = invitation(&center).await;
    center.wait(7 * 86_400);
    assert_eq!(accept(&center, &first, PASSWORD).await.code(), "link-ended");
    center.prove(&owner, Action::ManageMembers).await;
    let again = format!("/v1/sub-accounts/{}/invitation", created["id"]);
    center.post(&again).by(&owner).json(json!({"email": "eve2@example.com"})).send().await.ok();
    let second = invitation(&center).await;
    center.wait(1);
    center.post(&again).by(&owner).json(json!({"email": "eve3@example.com"})).send().await.ok();
    let third = invitation(&center).await;
    assert_eq!(accept(&center, &second, PASSWORD).await.code(), "link-ended");
    accept(&center, &third, PASSWORD).await.ok();
});

on_both!(an_address_that_serves_another_account_is_not_told_to_the_owner, |center| async move {
    let owner = center.session(center.account("owner@example.com").await).await;
    center.account("known@example.com").await;
    let (known, unknown) = (
        create(&center, &owner, "known@example.com", false).await,
        create(&center, &owner, "other@example.com", false).await,
    );
    assert_eq!((known.status, unknown.status), (StatusCode::CREATED, StatusCode::CREATED));
    let messages = center.messages().await;
    let token = messages.iter().find(|one| one.to.text() == "known@example.com").unwrap();
    let token = token.message.value("invitation").unwrap().as_str().unwrap();
    assert_eq!(accept(&center, token, PASSWORD).await.code(), "address-taken");
});

on_both!(a_required_device_is_bound_before_anything_else, |center| async move {
    let owner = center.session(center.account("owner@example.com").await).await;
    let id = member(&center, &owner, "bob@example.com", true).await;
    let signed_in = sign_in(&center, "bob@example.com").await;
    let text = signed_in.to_string();
    assert!(text.contains("\"bind_mfa_first\":true"), "{text}");
    let session = find(&signed_in, "session").unwrap();
    for path in ["/v1/sessions", "/v1/recovery-codes", "/v1/sub-accounts", "/v1/account/protection"] {
        assert_eq!(center.get(path).by(&session).send().await.code(), "mfa-binding-required", "{path}");
    }
    let begun = center
        .post("/v1/identity-checks")
        .by(&session)
        .json(json!({"action": "bind-mfa-device"}))
        .send()
        .await;
    assert!(begun.ok()["flow"].is_string());
    let device = center.device(&session, "phone").await;
    center.get("/v1/sessions").by(&session).send().await.ok();
    // And it is asked at every login from now on.
    let body = json!({"name": "bob@example.com", "password": PASSWORD, "device": "laptop"});
    let answer = center.post("/v1/login").json(body).send().await;
    assert!(answer.text.contains("\"mfa\"") && !answer.text.contains("bind_mfa_first"), "{}", answer.text);
    let listed = center.get(&format!("/v1/sub-accounts/{id}")).by(&owner).send().await.ok();
    assert_eq!(listed["mfa_devices"][0]["id"], device.id);
});

/// A text by its name, wherever it stands.
fn find(value: &Value, name: &str) -> Option<String> {
    match value {
        Value::Object(fields) => fields
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .or_else(|| fields.values().find_map(|field| find(field, name))),
        _ => None,
    }
}

on_both!(
    an_owner_unbinds_a_members_device_and_binding_anew_is_forced_at_the_next_login,
    |center| async move {
        let owner = center.session(center.account("owner@example.com").await).await;
        let id = member(&center, &owner, "bob@example.com", false).await;
        let bob = center.session(id).await;
        let device = center.device(&bob, "phone").await;
        center.empty_outbox().await;
        let path = format!("/v1/sub-accounts/{id}/mfa-devices/{}", device.id);
        let stranger = center.session(center.account("mallory@example.com").await).await;
        center.prove(&stranger, Action::ManageMembers).await;
        assert_eq!(center.delete(&path).by(&stranger).send().await.code(), "not-found");
        center.wait(600);
        assert_eq!(center.delete(&path).by(&owner).send().await.code(), "identity-check-required");
        center.prove(&owner, Action::ManageMembers).await;
        center.delete(&path).by(&owner).send().await.ok();
        assert_eq!(center.delete(&path).by(&owner).send().await.code(), "not-found");
        assert_eq!(center.told(Template::SubAccountChanged).await, 1);
        let read = center.get(&format!("/v1/sub-accounts/{id}")).by(&owner).send().await.ok();
        assert_eq!((&read["mfa_required"], &read["mfa_devices"]), (&json!(true), &json!([])));
        assert!(sign_in(&center, "bob@example.com").await.to_string().contains("\"bind_mfa_first\":true"));
        // No longer required: the sessions that might only bind go on.
        let session = find(&sign_in(&center, "bob@example.com").await, "session").unwrap();
        assert_eq!(center.get("/v1/sessions").by(&session).send().await.code(), "mfa-binding-required");
        put(&center, &owner, &format!("/v1/sub-accounts/{id}/mfa"), json!({"required": false})).await.ok();
        center.get("/v1/sessions").by(&session).send().await.ok();
        assert_eq!(center.told(Template::SubAccountChanged).await, 2);
    }
);

on_both!(an_owner_sets_a_members_protection_and_the_member_does_not, |center| async move {
    let owner = center.session(center.account("owner@example.com").await).await;
    let id = member(&center, &owner, "bob@example.com", false).await;
    let bob = center.session(id).await;
    center.prove(&bob, Action::ChangeProtection).await;
    let wanted = json!({"login": "email", "operation": "off"});
    assert_eq!(put(&center, &bob, "/v1/account/protection", wanted.clone()).await.code(), "forbidden");
    let path = format!("/v1/sub-accounts/{id}/protection");
    put(&center, &owner, &path, wanted.clone()).await.ok();
    assert_eq!(center.told(Template::SubAccountChanged).await, 1);
    assert_eq!(center.get("/v1/account/protection").by(&bob).send().await.ok(), wanted);
    let mfa = json!({"login": "mfa", "operation": "off"});
    assert_eq!(put(&center, &owner, &path, mfa).await.code(), "wrong-state", "the member has no device");
    for id in ["0", "x", "999999999999999999999", "-1"] {
        let path = format!("/v1/sub-accounts/{id}/protection");
        assert_eq!(put(&center, &owner, &path, wanted.clone()).await.code(), "not-found");
    }
});

on_both!(a_sub_account_is_taken_off_and_stands_alone, |center| async move {
    let owner = center.session(center.account("owner@example.com").await).await;
    let id = member(&center, &owner, "bob@example.com", true).await;
    let pending = create(&center, &owner, "eve@example.com", false).await.ok();
    let token = invitation(&center).await;
    center.prove(&owner, Action::ManageMembers).await;
    for id in [id, pending["id"].as_i64().unwrap()] {
        center.delete(&format!("/v1/sub-accounts/{id}")).by(&owner).send().await.ok();
        assert_eq!(center.get(&format!("/v1/sub-accounts/{id}")).by(&owner).send().await.code(), "not-found");
    }
    assert_eq!(accept(&center, &token, PASSWORD).await.code(), "link-ended");
    let session = find(&sign_in(&center, "bob@example.com").await, "session").unwrap();
    center.get("/v1/sessions").by(&session).send().await.ok();
    center.prove(&session, Action::ChangeProtection).await;
    put(&center, &session, "/v1/account/protection", json!({"login": "email", "operation": "off"}))
        .await
        .ok();
});

on_both!(
    a_collaborator_is_invited_by_address_and_the_answer_does_not_tell_whether_there_is_one,
    |center| async move {
        let owner = center.session(center.account("owner@example.com").await).await;
        let bob = center.account("bob@example.com").await;
        center.prove(&owner, Action::ManageMembers).await;
        let invite = async |email: &str| {
            center.post("/v1/collaborators").by(&owner).json(json!({"email": email})).send().await
        };
        let (known, unknown) = (invite("bob@example.com").await, invite("nobody@example.com").await);
        let shape = |answer: &Answer, email: &str| {
            let mut json = answer.json();
            assert_eq!(json["email"], email);
            json["id"] = Value::Null;
            json["email"] = Value::Null;
            (answer.status, json)
        };
        assert_eq!(shape(&known, "bob@example.com"), shape(&unknown, "nobody@example.com"));
        assert_eq!(center.told(Template::CollaboratorInvited).await, 1);
        assert_eq!(invite("owner@example.com").await.code(), "invalid-value");
        assert_eq!(invite("no address").await.code(), "invalid-value");
        assert_eq!(invite("bob@example.com").await.json()["id"], known.json()["id"], "invited once");
        assert_eq!(center.told(Template::CollaboratorInvited).await, 1);
        let listed = center.get("/v1/collaborators").by(&owner).send().await.ok();
        assert_eq!(listed.as_array().unwrap().len(), 2);
        assert!(
            listed.as_array().unwrap().iter().all(|one| one["state"] == "invited" && one["access"] == false)
        );
        // Only the invited one answers.
        let id = known.json()["id"].as_str().unwrap().to_owned();
        let (bob, eve) =
            (center.session(bob).await, center.session(center.account("eve@example.com").await).await);
        let (take, refuse) =
            (format!("/v1/invitations/{id}/accept"), format!("/v1/invitations/{id}/decline"));
        assert_eq!(center.post(&take).by(&eve).send().await.code(), "not-found");
        assert_eq!(center.post(&take).by(&owner).send().await.code(), "not-found");
        center.post(&take).by(&bob).send().await.ok();
        let active = center.get("/v1/collaborators").by(&owner).send().await.ok();
        let active = active.as_array().unwrap().iter().find(|one| one["id"] == *id).unwrap().clone();
        assert_eq!((&active["state"], &active["access"]), (&json!("active"), &json!(true)));
        assert_eq!(center.get("/v1/invitations").by(&bob).send().await.ok()[0]["state"], "active");
        assert_eq!(center.told(Template::CollaboratorAnswered).await, 1);
        center.post(&refuse).by(&bob).send().await.ok();
        assert_eq!(center.get("/v1/invitations").by(&bob).send().await.ok(), json!([]));
        assert_eq!(center.post(&refuse).by(&bob).send().await.code(), "not-found");
    }
);

on_both!(of_a_collaborator_an_owner_requires_mfa_and_ends_access_and_nothing_else, |center| async move {
    let owner = center.session(center.account("owner@example.com").await).await;
    let bob_id = center.account("bob@example.com").await;
    let bob = center.session(bob_id).await;
    center.prove(&owner, Action::ManageMembers).await;
    let body = json!({"email": "bob@example.com", "mfa_required": true});
    let id = center.post("/v1/collaborators").by(&owner).json(body).send().await.ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let take = format!("/v1/invitations/{id}/accept");
    assert_eq!(center.post(&take).by(&bob).send().await.code(), "wrong-state", "a device first");
    let device = center.device(&bob, "phone").await;
    center.post(&take).by(&bob).send().await.ok();
    let access = async || center.get("/v1/collaborators").by(&owner).send().await.ok()[0]["access"] == true;
    assert!(access().await);
    // Nothing of the collaborator's own account is the owner's.
    center.prove(&owner, Action::ManageMembers).await;
    for path in
        [format!("/v1/sub-accounts/{bob_id}"), format!("/v1/sub-accounts/{bob_id}/mfa-devices/{}", device.id)]
    {
        assert_eq!(center.delete(&path).by(&owner).send().await.code(), "not-found");
    }
    assert_eq!(center.get(&format!("/v1/sub-accounts/{bob_id}")).by(&owner).send().await.code(), "not-found");
    center.prove(&bob, Action::UnbindMfaDevice).await;
    center.delete(&format!("/v1/mfa-devices/{}", device.id)).by(&bob).send().await.ok();
    assert!(!access().await, "it rests");
    center.get("/v1/sessions").by(&bob).send().await.ok();
    put(&center, &owner, &format!("/v1/collaborators/{id}/mfa"), json!({"required": false})).await.ok();
    assert!(access().await);
    center.wait(600);
    assert_eq!(
        center.delete(&format!("/v1/collaborators/{id}")).by(&owner).send().await.code(),
        "identity-check-required"
    );
    center.prove(&owner, Action::ManageMembers).await;
    center.empty_outbox().await;
    center.delete(&format!("/v1/collaborators/{id}")).by(&owner).send().await.ok();
    assert_eq!(center.delete(&format!("/v1/collaborators/{id}")).by(&owner).send().await.code(), "not-found");
    assert_eq!(center.told(Template::CollaboratorChanged).await, 1);
    assert_eq!(center.get("/v1/collaborators").by(&owner).send().await.ok(), json!([]));
});

on_both!(many_sub_accounts_come_in_parts, |center| async move {
    use tessera_center::store::tables::{account, sub_account};
    let owner_id = center.account("owner@example.com").await;
    let owner = center.session(owner_id).await;
    let mut tx = center.center.begin().await.unwrap();
    for number in 0..120 {
        let id = 200_000_000 + number;
        let row = account::sealed_row(id);
        let name = center
            .center
            .keys
            .seal(&*center.center.random, tessera_center::keys::Seal::Label, &row, b"x")
            .unwrap();
        let new = account::New {
            id,
            kind: "individual",
            owner: Some(owner_id),
            name: &name,
            password_hash: "",
            language: "en",
            now: center.now(),
        };
        assert!(account::insert(&mut tx, &new).await.unwrap());
        let address = tessera_center::contact::Address::email(&format!("a{number}@example.com")).unwrap();
        assert!(sub_account::insert(&mut tx, &center.center, owner_id, id, &address).await.unwrap());
    }
    tx.commit().await.unwrap();
    let (mut seen, mut path) = (std::collections::BTreeSet::new(), "/v1/sub-accounts".to_owned());
    let mut parts = 0;
    loop {
        let part = center.get(&path).by(&owner).send().await.ok();
        parts += 1;
        for item in part["items"].as_array().unwrap() {
            assert!(seen.insert(item["id"].as_i64().unwrap()));
        }
        let Some(next) = part["next"].as_str() else { break };
        path = format!("/v1/sub-accounts?cursor={next}");
    }
    assert_eq!((seen.len(), parts), (120, 3));
});
