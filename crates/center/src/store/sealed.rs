//! Which columns hold sealed values, in one place: what a new sealing key has to go over, and what no backup or query can
//! read without the key file. A test finds a column of bytes that is in neither list.

use crate::keys::Seal;

/// The kind of a key column's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `BIGINT`.
    Number,
    /// `TEXT`.
    Text,
    /// Bytes.
    Bytes,
}

/// What a sealed value is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A text in which `{column}` stands for the value of a key column.
    Text(&'static str),
    /// The bytes of the first key column.
    Key,
}

/// A column of sealed values.
#[derive(Debug, Clone, Copy)]
pub struct Sealed {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub column: &'static str,
    /// The primary key.
    pub key: &'static [(&'static str, Kind)],
    /// What the value is sealed as.
    pub purpose: Seal,
    /// What it is bound to.
    pub row: Row,
}

const ID: &[(&str, Kind)] = &[("id", Kind::Text)];
const HASH: &[(&str, Kind)] = &[("id", Kind::Bytes)];

const fn sealed(
    table: &'static str,
    column: &'static str,
    key: &'static [(&'static str, Kind)],
    purpose: Seal,
    row: &'static str,
) -> Sealed {
    Sealed { table, column, key, purpose, row: Row::Text(row) }
}

/// All of them.
pub const SEALED: &[Sealed] = &[
    sealed("account", "name", &[("id", Kind::Number)], Seal::Label, "account {id}"),
    sealed(
        "contact",
        "address",
        &[("account_id", Kind::Number), ("kind", Kind::Text), ("fingerprint", Kind::Bytes)],
        Seal::Contact,
        "contact {account_id} {kind}",
    ),
    sealed(
        "contact_change",
        "before",
        &[("account_id", Kind::Number), ("version", Kind::Number)],
        Seal::Contact,
        "contact-change {account_id} {version}",
    ),
    Sealed { table: "flow", column: "state", key: HASH, purpose: Seal::Flow, row: Row::Key },
    Sealed { table: "answer", column: "body", key: HASH, purpose: Seal::Answer, row: Row::Key },
    sealed("message", "address", ID, Seal::Message, "{id} address"),
    sealed("message", "body", ID, Seal::Message, "{id} body"),
    sealed(
        "security_event",
        "detail",
        &[("account_id", Kind::Number), ("happened_at", Kind::Number), ("id", Kind::Text)],
        Seal::Label,
        "{id}",
    ),
    sealed("audit_line", "detail", &[("number", Kind::Number)], Seal::Label, "audit {number}"),
    sealed("otp_token", "serial", ID, Seal::Label, "otp_token {id}"),
    sealed("otp_token", "seed", ID, Seal::OtpSeed, "otp_token {id}"),
    sealed("mfa_device", "name", ID, Seal::Label, "mfa_device {id}"),
    sealed("staff", "email", ID, Seal::Contact, "staff {id}"),
    sealed("staff", "name", ID, Seal::Label, "staff {id}"),
    sealed("staff", "totp_seed", ID, Seal::OtpSeed, "staff {id}"),
    sealed(
        "sub_account",
        "address",
        &[("account_id", Kind::Number)],
        Seal::Contact,
        "sub_account {account_id}",
    ),
    sealed("collaborator", "address", ID, Seal::Contact, "collaborator {id}"),
    sealed(
        "filed_identity",
        "data",
        &[("account_id", Kind::Number)],
        Seal::Identity,
        "filed-identity {account_id}",
    ),
    sealed("ticket", "contact", ID, Seal::Contact, "ticket {id} contact"),
    sealed("ticket", "statement", ID, Seal::Statement, "ticket {id} statement"),
    sealed(
        "ticket_history",
        "reason",
        &[("ticket_id", Kind::Text), ("version", Kind::Number)],
        Seal::Statement,
        "ticket {ticket_id} reason {version}",
    ),
    sealed(
        "ticket_mark",
        "reason",
        &[("ticket_id", Kind::Text), ("field", Kind::Text)],
        Seal::Statement,
        "ticket {ticket_id} mark {field}",
    ),
];

/// Columns of bytes that are sealed by nothing: hashes of tokens and keyed fingerprints, which open nothing.
pub const FINGERPRINTS: &[(&str, &str)] = &[
    ("collaborator", "fingerprint"),
    ("document", "digest"),
    ("document", "upload"),
    ("filed_identity", "number_fingerprint"),
    ("ticket", "contact_fingerprint"),
    ("ticket", "open_key"),
    ("ticket", "proven_contact"),
    ("ticket", "query_hash"),
    ("ticket", "target"),
    ("ticket_link", "id"),
    ("answer", "digest"),
    ("answer", "id"),
    ("code", "flow_id"),
    ("code", "mac"),
    ("contact", "fingerprint"),
    ("flow", "id"),
    ("flow", "session_id"),
    ("identity_check", "session_id"),
    ("otp_token", "serial_index"),
    ("recovery_code", "mac"),
    ("session", "id"),
    ("session", "trusted"),
    ("staff", "fingerprint"),
    ("staff", "invitation"),
    ("staff_session", "id"),
    ("tally", "id"),
    ("trusted_device", "id"),
    ("undo_link", "id"),
    ("undo_link", "sent_to"),
];
