//! One file a table.

pub mod account;
pub mod answer;
pub mod audit_line;
pub mod code;
pub mod collaborator;
pub mod contact;
pub mod contact_change;
pub mod document;
pub mod filed_identity;
pub mod flow;
pub mod frozen_by;
pub mod identity_check;
pub mod key_list;
pub mod message;
pub mod mfa_device;
pub mod otp_token;
pub mod recovery_code;
pub mod reviewer_key;
pub mod security_event;
pub mod server;
pub mod session;
pub mod staff;
pub mod staff_session;
pub mod sub_account;
pub mod tally;
pub mod ticket;
pub mod ticket_history;
pub mod ticket_link;
pub mod ticket_mark;
pub mod trusted_device;

/// The tables of the first schema, in the order in which they refer to each other.
pub const FIRST: &[&[&str]] = &[
    account::MIGRATION,
    contact::MIGRATION,
    contact_change::MIGRATION,
    frozen_by::MIGRATION,
    trusted_device::MIGRATION,
    session::MIGRATION,
    flow::MIGRATION,
    code::MIGRATION,
    tally::MIGRATION,
    message::MIGRATION,
    security_event::MIGRATION,
    answer::MIGRATION,
    identity_check::MIGRATION,
    staff::MIGRATION,
    staff_session::MIGRATION,
    audit_line::MIGRATION,
    ticket::MIGRATION,
    ticket_history::MIGRATION,
    ticket_mark::MIGRATION,
    ticket_link::MIGRATION,
    filed_identity::MIGRATION,
    document::MIGRATION,
    otp_token::MIGRATION,
    mfa_device::MIGRATION,
    recovery_code::MIGRATION,
    server::MIGRATION,
    sub_account::MIGRATION,
    collaborator::MIGRATION,
    reviewer_key::MIGRATION,
    key_list::MIGRATION,
];
