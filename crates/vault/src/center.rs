//! What the vault keeps of account centers: connections with their sessions, and tickets that are written or followed.
//!
//! The vault knows no center: addresses, tokens and drafts are texts to it, which it keeps as they came.

use std::fmt;

use zeroize::Zeroizing;

use crate::EntryId;

/// A text that lets its holder act or read: a token, a query code, a reviewer's identity, an unsent draft.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptSecret(Zeroizing<String>);

impl KeptSecret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Say why in the line above.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KeptSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptSecret(..)")
    }
}

/// A connection to a center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CenterRecord {
    /// Its address.
    pub address: String,
    /// The pinned fingerprint of its staff root key.
    pub root: Option<[u8; 20]>,
    /// The certificate of the private authority that vouches for it, PEM.
    pub authority: Option<String>,
    /// What it is called here.
    pub name: String,
    /// The highest version of its list of reviewers' keys that was seen.
    pub list_version: u64,
    /// Accounts that are or were signed in.
    pub accounts: Vec<CenterAccount>,
    /// Staff members that are or were signed in, the last one first: two reviewers may share a computer.
    pub staff: Vec<CenterStaff>,
    /// Reviewer's identities, the newest last. Older ones open what was sealed to them.
    pub identities: Vec<KeptSecret>,
    /// When it was added, Unix seconds.
    pub added: u64,
    /// Whether it is the trial center of this app.
    pub trial: bool,
}

impl CenterRecord {
    /// The staff member who signs in with this address.
    pub fn staff_of(&self, email: &str) -> Option<&CenterStaff> {
        self.staff.iter().find(|staff| staff.email.eq_ignore_ascii_case(email.trim()))
    }

    /// The staff member with this address, now the first; a new one when it is not known yet. Of the others no session stays.
    pub fn staff_to_front(&mut self, email: &str) -> &mut CenterStaff {
        let email = email.trim();
        let known = self.staff.iter().position(|staff| staff.email.eq_ignore_ascii_case(email));
        let new = || CenterStaff {
            id: String::new(),
            name: String::new(),
            session: None,
            entry: None,
            email: email.to_owned(),
            roles: Vec::new(),
            decides_from: 0,
            key: None,
        };
        let member = known.map_or_else(new, |at| self.staff.remove(at));
        for other in &mut self.staff {
            other.session = None;
        }
        self.staff.insert(0, member);
        &mut self.staff[0]
    }
}

/// An account at a center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CenterAccount {
    /// Its number.
    pub number: u64,
    /// Its name, as it was seen last.
    pub name: String,
    /// Its session, while it is signed in.
    pub session: Option<KeptSecret>,
    /// By which it knows this device again.
    pub trusted_device: Option<KeptSecret>,
    /// The entries that are its MFA devices.
    pub devices: Vec<CenterDevice>,
    /// What was typed as its name when it was signed in to last.
    pub login_name: String,
    /// Its kind, as the center names it.
    pub kind: String,
    /// Whether its identity was verified when it was seen last.
    pub verified: bool,
    /// Whether its session does nothing before an MFA device is bound.
    pub bind_mfa_first: bool,
    /// When the person said that its recovery codes are on paper, Unix seconds.
    pub codes_kept: Option<u64>,
}

/// An entry that is an MFA device of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CenterDevice {
    /// The entry.
    pub entry: EntryId,
    /// The device's name at the center.
    pub device: String,
}

impl CenterRecord {
    /// The account of this number.
    pub fn account(&self, number: u64) -> Option<&CenterAccount> {
        self.accounts.iter().find(|kept| kept.number == number)
    }

    /// The account of this number, to be changed; a new one when it is not known yet.
    pub fn account_mut(&mut self, number: u64) -> &mut CenterAccount {
        let at = self.accounts.iter().position(|kept| kept.number == number).unwrap_or_else(|| {
            self.accounts.push(CenterAccount::new(number));
            self.accounts.len() - 1
        });
        &mut self.accounts[at]
    }

    /// The account that was signed in to by this name, or whose number it is.
    pub fn account_named(&self, name: &str) -> Option<&CenterAccount> {
        let typed = name.trim();
        self.accounts
            .iter()
            .find(|kept| kept.login_name.eq_ignore_ascii_case(typed) || kept.number.to_string() == typed)
    }

    /// Notes that an entry is an MFA device of an account, and of no other.
    pub fn link(&mut self, number: u64, entry: EntryId, device: impl Into<String>) {
        self.unlink(entry);
        self.account_mut(number).devices.push(CenterDevice { entry, device: device.into() });
    }

    /// Takes an entry from whatever account it was linked to.
    pub fn unlink(&mut self, entry: EntryId) {
        for account in &mut self.accounts {
            account.devices.retain(|linked| linked.entry != entry);
        }
    }

    /// A device that is bound no longer belongs to no entry.
    pub fn unlink_device(&mut self, number: u64, device: &str) {
        for kept in self.accounts.iter_mut().filter(|kept| kept.number == number) {
            kept.devices.retain(|linked| linked.device != device);
        }
    }
}

impl CenterAccount {
    /// One of which nothing but its number is known.
    pub(crate) fn new(number: u64) -> Self {
        Self {
            number,
            name: String::new(),
            session: None,
            trusted_device: None,
            devices: Vec::new(),
            login_name: String::new(),
            kind: String::new(),
            verified: false,
            bind_mfa_first: false,
            codes_kept: None,
        }
    }
}

/// A staff member at a center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CenterStaff {
    /// Its name in logs.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// Its session, while it is signed in.
    pub session: Option<KeptSecret>,
    /// The entry that gives its codes.
    pub entry: Option<EntryId>,
    /// The address that it signs in with.
    pub email: String,
    /// What it may do, as the center names it.
    pub roles: Vec<String>,
    /// From when on it decides tickets, Unix seconds.
    pub decides_from: u64,
    /// The public half of the reviewer's identity that is its own, once it has one.
    pub key: Option<String>,
}

/// What a center last told of an account, for the day it does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRecord {
    /// The connection.
    pub center: crate::RecordId,
    /// The account's number.
    pub account: u64,
    /// Who wrote the texts and can read them again.
    pub writer: String,
    /// Each answer for itself.
    pub answers: Vec<KnownAnswer>,
}

/// One answer of a center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAnswer {
    /// What was asked.
    pub name: String,
    /// When it was answered, Unix seconds.
    pub at: u64,
    /// The answer, as its writer put it.
    pub text: KeptSecret,
}

/// How a ticket stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketSeen {
    /// Its state, as the center names it.
    pub state: String,
    /// When it was begun, Unix seconds.
    pub created: u64,
    /// When the center told it, Unix seconds.
    pub at: u64,
}

/// A ticket that is being written, or followed by its query code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRecord {
    /// The connection.
    pub center: crate::RecordId,
    /// The account that it is filed from; none for one without an account.
    pub account: Option<u64>,
    /// Its number at the center, once it has one.
    pub ticket: Option<String>,
    /// By which it is followed without an account.
    pub query_code: Option<KeptSecret>,
    /// What it is about, as the center names kinds of tickets.
    pub kind: String,
    /// What was written and not sent.
    pub draft: Option<KeptSecret>,
    /// When it last changed here, Unix seconds.
    pub changed: u64,
    /// How it stood when the center told of it last.
    pub seen: Option<TicketSeen>,
}
