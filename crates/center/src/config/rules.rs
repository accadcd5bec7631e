//! The numbers of DESIGN §6, each with its default. Times are in seconds.

use serde::{Deserialize, Serialize};

use crate::clock::{DAY, HOUR, MINUTE, Unix};

macro_rules! rules {
    ($($(#[$doc:meta])+ $name:ident: $kind:ty = $default:expr,)+) => {
        /// The numbers of the rules.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
        pub struct Rules {
            $($(#[$doc])+ pub $name: $kind,)+
        }

        impl Default for Rules {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }
    };
}

rules! {
    /// Wrong passwords after which an attempt needs a code.
    wrong_passwords_without_code: i64 = 3,
    /// Wrong passwords that lock the account.
    wrong_passwords_until_lock: i64 = 10,
    /// How long the window of wrong passwords lasts from the first one on.
    login_window: Unix = DAY,
    /// How long a pending login waits for its second step.
    login_flow: Unix = 10 * MINUTE,
    /// How long a device stays trusted after its last login.
    trusted_device: Unix = 90 * DAY,
    /// Trusted devices an account may have; the oldest makes room.
    trusted_devices: i64 = 10,
    /// How long a verification code is good.
    code_life: Unix = 10 * MINUTE,
    /// Tries a verification code has.
    code_tries: i64 = 5,
    /// Seconds between two sends of a flow.
    code_pause: Unix = MINUTE,
    /// Codes a day to one address, asked by signed-in people.
    codes_per_address: i64 = 20,
    /// Codes a day to one address, asked by anybody.
    anonymous_codes_per_address: i64 = 5,
    /// Codes a day that one peer address may ask for without a session.
    anonymous_codes_per_peer: i64 = 30,
    /// Messages a day in all; beyond it only security notices are sent.
    messages_in_all: i64 = 100_000,
    /// Wrong codes that end a flow.
    wrong_codes_per_flow: i64 = 5,
    /// Wrong TOTP and recovery codes a day for one account.
    wrong_codes_per_day: i64 = 10,
    /// TOTP steps of drift taken each way.
    totp_drift: i64 = 1,
    /// Counters ahead of the last one that are taken of a hardware device with a counter.
    hotp_window: i64 = 10,
    /// Steps searched each way when a device is resynced.
    resync_steps: i64 = 120,
    /// How long a registration, a change of contact or a retrieval waits for its code.
    code_flow: Unix = HOUR,
    /// How long an identity check is good.
    identity_check: Unix = 10 * MINUTE,
    /// How long a change of contact can be undone.
    undo: Unix = 72 * HOUR,
    /// How young a contact proves no other change.
    young_contact: Unix = 72 * HOUR,
    /// Accounts that may share a secure phone.
    accounts_per_phone: i64 = 5,
    /// How long the secret of a virtual MFA device waits for its two codes.
    pending_device: Unix = 10 * MINUTE,
    /// MFA devices an account may have.
    mfa_devices: i64 = 8,
    /// Recovery codes in a set.
    recovery_codes: i64 = 10,
    /// Seconds without a request after which a session ends.
    session_idle: Unix = 14 * DAY,
    /// Seconds after which a session ends in any case.
    session_life: Unix = 90 * DAY,
    /// The same for staff.
    staff_session_idle: Unix = HOUR,
    /// The same for staff.
    staff_session_life: Unix = 12 * HOUR,
    /// How long an invitation of a staff member is good.
    staff_invitation: Unix = 3 * DAY,
    /// How old a staff account must be to decide.
    staff_age: Unix = 72 * HOUR,
    /// How long an approved ticket is held before it is executed.
    hold: Unix = 72 * HOUR,
    /// The same when an old factor was proven.
    hold_with_factor: Unix = 24 * HOUR,
    /// How long the link of an executed ticket is good.
    ticket_link: Unix = 24 * HOUR,
    /// How long a draft or a request for more information stays open.
    ticket_patience: Unix = 30 * DAY,
    /// How long after its decision a ticket's documents are kept.
    documents_kept: Unix = 30 * DAY,
    /// Largest document in bytes.
    document_bytes: i64 = 10 * 1024 * 1024,
    /// Documents of one ticket.
    documents_per_ticket: i64 = 8,
    /// Sub-accounts of one owner.
    sub_accounts: i64 = 1000,
    /// How long an invitation to a sub-account waits.
    sub_account_invitation: Unix = 7 * DAY,
    /// Collaborators of one owner, invited ones included.
    collaborators: i64 = 100,
    /// Invitations a day to one address, from all owners together.
    invitations_per_address: i64 = 5,
    /// How long an answer is kept for its `Idempotency-Key`.
    idempotency: Unix = DAY,
    /// How long a claimed ticket stays with its reviewer without a decision.
    claim: Unix = 4 * HOUR,
    /// How long delivery of a message is tried; codes end with their own life.
    message_patience: Unix = 3 * DAY,
    /// How long messages of the local outbox can be read before they are wiped.
    local_messages_kept: Unix = 7 * DAY,
    /// How long it is remembered that a message was delivered or given up.
    messages_kept: Unix = 30 * DAY,
}
