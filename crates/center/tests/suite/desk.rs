//! What tests of tickets share: filing without an account, reviewers, verified accounts.

use axum::http::Method;
use serde_json::{Value, json};
use tessera_center::rules::ticket::compare;
use tessera_center_api::Hidden;
use tessera_center_api::staff::Role;
use tessera_center_api::ticket::{DocumentType, Statement, TicketKind};

use crate::harness::{Answer, TestCenter};
use crate::staff::Member;

pub(crate) const PHONE: &str = "+4915123456789";
pub(crate) const NEW_PHONE: &str = "+8613800138000";

/// Files Alice's identity, as an approved verification does.
pub(crate) async fn verified(center: &TestCenter, account: i64) {
    let stated = Statement::IdentityVerificationIndividual {
        name: Hidden::new("Alice Example"),
        document_type: DocumentType::Passport,
        document_number: Hidden::new("X1234567"),
    };
    let mut tx = center.center.begin().await.unwrap();
    assert!(compare::file(&mut tx, &center.center, account, &stated, "test").await.unwrap());
    tx.commit().await.unwrap();
}

/// Alice: verified a year ago, with a phone.
pub(crate) async fn alice(center: &TestCenter) -> i64 {
    let id = center.account_with("alice@example.com", Some(PHONE)).await;
    verified(center, id).await;
    id
}

pub(crate) fn unbinding(email: &str) -> Value {
    json!({ "kind": "mfa-unbinding-individual", "login_email": email, "name": "Alice Example",
        "document_number": "X1234567", "current_phone": PHONE })
}

pub(crate) fn phone_change(email: &str) -> Value {
    json!({ "kind": "phone-change-individual", "login_email": email, "name": "Alice Example",
        "document_number": "X1234567", "new_phone": NEW_PHONE })
}

pub(crate) fn question() -> Value {
    json!({ "kind": "question", "subject": "Opening hours", "text": "When?" })
}

/// Files a ticket without an account and proves the contact.
pub(crate) async fn filed(center: &TestCenter, statement: Value, contact: &str) -> (String, String) {
    let answer = try_file(center, statement, contact).await.ok();
    (text(&answer["ticket"]["id"]), text(&answer["query_code"]))
}

pub(crate) async fn try_file(center: &TestCenter, statement: Value, contact: &str) -> Answer {
    let body = json!({ "statement": statement, "contact": contact, "language": "en" });
    let opened = center.post("/v1/ticket-filings").json(body).send().await.ok();
    let code = center.code_sent_to(contact).await;
    let proof = json!({ "flow": opened["flow"], "code": code });
    center.post("/v1/ticket-filings/proof").json(proof).send().await
}

/// A request of the applicant, by its query code.
pub(crate) async fn apply(
    center: &TestCenter,
    ticket: &(String, String),
    what: &str,
    body: Option<Value>,
) -> Answer {
    let ask = center.post(&format!("/v1/tickets/{}/{what}", ticket.0)).header("ticket-code", &ticket.1);
    match body {
        Some(body) => ask.json(body).send().await,
        None => ask.send().await,
    }
}

pub(crate) async fn state(center: &TestCenter, ticket: &(String, String)) -> String {
    let body = json!({ "query_code": ticket.1 });
    text(&center.post("/v1/ticket-queries").json(body).send().await.ok()["state"])
}

/// Lays the documents that a ticket of this kind needs.
pub(crate) async fn documents(center: &TestCenter, ticket: &str, kind: TicketKind) {
    for document in kind.documents() {
        sqlx::query("INSERT INTO document (id, ticket_id, kind, state, bytes, digest) VALUES ($1, $2, $3, 'complete', 10, $4)")
            .bind(center.center.new_id().unwrap())
            .bind(ticket)
            .bind(document.text())
            .bind(vec![1_u8; 32])
            .execute(center.center.db.pool())
            .await
            .unwrap();
    }
}

/// Proves the new phone of a ticket.
pub(crate) async fn prove_new(center: &TestCenter, ticket: &(String, String), contact: &str) {
    apply(center, ticket, "contact-codes", None).await.ok();
    let code = center.code_sent_to(contact).await;
    apply(center, ticket, "contact-proof", Some(json!({ "code": code }))).await.ok();
}

/// A submitted unbinding of Alice's MFA, filed without an account.
pub(crate) async fn submitted(center: &TestCenter) -> (String, String) {
    let ticket = filed(center, unbinding("alice@example.com"), "friend@example.com").await;
    apply(center, &ticket, "submission", None).await.ok();
    ticket
}

/// Two reviewers, old enough to decide.
pub(crate) async fn reviewers(center: &TestCenter) -> (Member, Member) {
    let rita = Member::new(center, "rita@example.org", &[Role::Reviewer], None).await;
    let sven = Member::new(center, "sven@example.org", &[Role::Reviewer], None).await;
    center.clock.advance(72 * 3600);
    (rita, sven)
}

pub(crate) async fn claim(center: &TestCenter, token: &str, id: &str) -> Answer {
    center.post(&format!("/v1/staff/tickets/{id}/claim")).by(token).send().await
}

/// The ticket as a reviewer sees it, and its `ETag`.
pub(crate) async fn look(center: &TestCenter, token: &str, id: &str) -> (Value, String) {
    let answer = center.get(&format!("/v1/staff/tickets/{id}")).by(token).send().await;
    (answer.ok(), answer.headers["etag"].to_str().unwrap().to_owned())
}

pub(crate) async fn decide(center: &TestCenter, token: &str, id: &str, verdict: &str) -> Answer {
    let (_, etag) = look(center, token, id).await;
    decide_as(center, token, id, verdict, &etag).await
}

pub(crate) async fn decide_as(
    center: &TestCenter,
    token: &str,
    id: &str,
    verdict: &str,
    etag: &str,
) -> Answer {
    TestCenter::ask_at(&center.router, Method::POST, &format!("/v1/staff/tickets/{id}/decisions"))
        .by(token)
        .header("if-match", etag)
        .json(json!({ "verdict": verdict, "reason": "It is as it is." }))
        .send()
        .await
}

/// Claims and approves.
pub(crate) async fn approve(center: &TestCenter, member: &Member, id: &str) -> Answer {
    let token = member.sign_in(center).await;
    claim(center, &token, id).await.ok();
    decide(center, &token, id, "approve").await
}

/// Has both reviewers approve; the ticket is held then.
pub(crate) async fn approved(center: &TestCenter, id: &str, rita: &Member, sven: &Member) {
    assert_eq!(approve(center, rita, id).await.ok()["line"]["state"], "first-approval");
    assert_eq!(approve(center, sven, id).await.ok()["line"]["state"], "hold");
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// The links in messages to an address: the path behind the host, of those that begin so.
pub(crate) async fn links(center: &TestCenter, beginning: &str) -> Vec<(String, String)> {
    let messages = center.messages().await;
    let links = messages.iter().filter_map(|message| {
        let link = message.message.value("link")?.as_str()?;
        let path = link.find(beginning).map(|place| link[place..].to_owned())?;
        Some((message.to.text().to_owned(), path))
    });
    links.collect()
}

/// Every step of a ticket's history follows the table, begins as a draft and ends where the ticket stands.
pub(crate) async fn is_explained(center: &TestCenter, id: &str) {
    let mut tx = center.center.begin().await.unwrap();
    let found = tessera_center::store::tables::ticket::find(&mut tx, id).await.unwrap().unwrap();
    let history =
        tessera_center::rules::ticket::transition::history(&mut tx, &center.center, id).await.unwrap();
    assert_eq!(history[0].from, None);
    for pair in history.windows(2) {
        assert_eq!(pair[1].from, Some(pair[0].to));
        let table = tessera_center::rules::ticket::states::TABLE;
        assert!(table.iter().any(|&(from, _, to)| Some(from) == pair[1].from && to == pair[1].to));
    }
    assert_eq!(history.last().unwrap().to, found.state);
}
