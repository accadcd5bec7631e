//! Contacts of an account: what they prove, how they change, and how a change is undone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tessera_center_api::ErrorCode;
use tessera_center_api::security::EventKind;

use crate::Center;
use crate::clock::{HOUR, Unix};
use crate::contact::Address;
use crate::http::Refusal;
use crate::keys::Seal;
use crate::outbox::{Message, Template};
use crate::rules::security_log::{self, Detail};
use crate::rules::{freeze, notices};
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::contact::{self, Contact, ContactKind};
use crate::store::tables::contact_change::{self, Change};
use crate::store::tables::{flow, session};
use crate::store::{StoreError, Tx};
use crate::token::{PlainToken, TokenHash};

/// From when on a contact proves changes. One that came with the account took nobody's place and proves at once.
pub fn proves_from(center: &Center, account: &Account, contact: &Contact) -> Unix {
    if contact.since <= account.created_at {
        contact.since
    } else {
        contact.since.saturating_add(center.config.rules.young_contact)
    }
}

/// The contacts of an account that are old enough to prove a change now.
///
/// # Errors
/// When the database is away.
pub async fn proving(tx: &mut Tx, center: &Center, account: &Account) -> Result<Vec<Contact>, StoreError> {
    let mut contacts = contact::of_account(tx, &center.keys, account.id).await?;
    contacts.retain(|contact| proves_from(center, account, contact) <= center.now());
    Ok(contacts)
}

/// All contacts of an account at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contacts(BTreeMap<&'static str, (ContactKind, Address, Unix)>);

/// As it is sealed: kind, address, since.
#[derive(Serialize, Deserialize)]
struct Stored(Vec<(String, String, Unix)>);

impl Contacts {
    /// As they stand now.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read(tx: &mut Tx, center: &Center, account: AccountId) -> Result<Self, StoreError> {
        let found = contact::of_account(tx, &center.keys, account).await?;
        Ok(Self(found.into_iter().map(|one| (one.kind.text(), (one.kind, one.address, one.since))).collect()))
    }

    /// The address of a kind.
    pub fn get(&self, kind: ContactKind) -> Option<&Address> {
        self.0.get(kind.text()).map(|(_, address, _)| address)
    }

    /// Since when an address of a kind is bound.
    pub fn since(&self, kind: ContactKind) -> Option<Unix> {
        self.0.get(kind.text()).map(|&(_, _, since)| since)
    }

    /// All addresses.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.0.values().map(|(_, address, _)| address)
    }

    fn seal(&self, center: &Center, row: &[u8]) -> Result<Vec<u8>, StoreError> {
        let stored = Stored(
            self.0
                .values()
                .map(|(kind, address, since)| (kind.text().into(), address.text().into(), *since))
                .collect(),
        );
        let plain = zeroize::Zeroizing::new(
            serde_json::to_vec(&stored).map_err(|_| StoreError::Invalid("contact_change.before"))?,
        );
        Ok(center.keys.seal(&*center.random, Seal::Contact, row, &plain)?)
    }

    /// The contacts before a change.
    ///
    /// # Errors
    /// When they do not open with the keys at hand.
    pub fn before(center: &Center, change: &Change) -> Result<Self, StoreError> {
        let plain = center
            .keys
            .open(Seal::Contact, &sealed_row(change.account, change.version), &change.before)
            .map_err(|_| StoreError::Sealed("contact_change.before"))?;
        let Stored(stored) =
            serde_json::from_slice(&plain).map_err(|_| StoreError::Invalid("contact_change.before"))?;
        let read = |(kind, address, since): (String, String, Unix)| {
            let kind = ContactKind::from_text(&kind)?;
            Some((kind.text(), (kind, Address::stored(kind.takes(), &address), since)))
        };
        let contacts: Option<_> = stored.into_iter().map(read).collect();
        contacts.map(Self).ok_or(StoreError::Invalid("contact_change.before"))
    }
}

/// The row that the contacts before a change are sealed to.
pub fn sealed_row(account: AccountId, version: i64) -> Vec<u8> {
    format!("contact-change {account} {version}").into_bytes()
}

/// Who makes a change.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// What proved it, by [`freeze::of_proof`].
    pub proven_by: &'a [String],
    /// The session it is made in, which goes on; all others end.
    pub session: Option<&'a TokenHash>,
    /// From where.
    pub peer: &'a str,
}

/// Changes or (`to` is `None`) removes a contact of an account that the caller has locked, ends its other sessions and
/// every step that is under way outside this one (a reset that waits for a code at the old address), tells every old and
/// new address with a link that undoes it, and gives back until when the links are good.
///
/// That the new address was proven by a code is for the caller to have seen.
///
/// # Errors
/// `AddressTaken` when no place of the new address is free. Roll back on every error.
pub async fn change(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    kind: ContactKind,
    to: Option<&Address>,
    by: By<'_>,
) -> Result<Unix, Refusal> {
    let (now, rules) = (center.now(), &center.config.rules);
    let undo_until = now.saturating_add(rules.undo);
    let before = Contacts::read(tx, center, account.id).await?;
    match to {
        Some(address) => {
            if !contact::replace(tx, center, account.id, kind, address, now, undo_until).await? {
                return Err(Refusal::new(
                    ErrorCode::AddressTaken,
                    "This address serves as many accounts as it may, or was taken off one a moment ago. Take another one.",
                ));
            }
        }
        None => {
            contact::unbind(tx, account.id, kind, undo_until, now).await?;
        }
    }
    let version = account::changed(tx, account.id).await?;
    let change = Change {
        account: account.id,
        version,
        kind: kind.text().into(),
        before: before.seal(center, &sealed_row(account.id, version))?,
        proven_by: by.proven_by.join(" "),
        changed_at: now,
        undo_until,
    };
    contact_change::insert(tx, &change).await?;
    session::end_others(tx, account.id, by.session).await?;
    flow::end_others(tx, account.id, by.session, now).await?;

    let masked = |address: Option<&Address>| address.map(Address::masked).unwrap_or_default();
    let (old, new) = (masked(before.get(kind)), masked(to));
    let event = if to.is_some() { EventKind::ContactChanged } else { EventKind::ContactRemoved };
    let detail = Detail::none().with("kind", kind.text()).with("old", &*old).with("new", &*new);
    security_log::note(tx, center, account.id, event, by.peer, &detail).await?;

    let mut told = BTreeSet::new();
    for address in before.addresses().chain(to) {
        if !told.insert(address.canonical()) {
            continue;
        }
        // A link of its own for each address, so that an undo knows which address it came from.
        let link = PlainToken::generate(&*center.random)?;
        contact_change::insert_link(tx, &link.hash(), &change, &contact::fingerprint(&center.keys, address))
            .await?;
        Message::new(Template::ContactChanged, &account.language)
            .with("account", account.id)
            .with("kind", kind.text())
            .with("old", &*old)
            .with("new", &*new)
            .with("hours", rules.undo / HOUR)
            // The link is for the reader of this message alone; it lies sealed until it is sent.
            .with("link", center.config.link(&format!("/undo/{}", *link.expose_secret())))
            .send(tx, center, address)
            .await?;
    }
    Ok(undo_until)
}

/// What a link would undo.
#[derive(Debug, Clone)]
pub struct Undoable {
    /// The account.
    pub account: Account,
    /// The change.
    pub change: Change,
    /// The contacts that will be again.
    pub before: Contacts,
    /// The contacts as they are.
    pub now: Contacts,
    sent_to: Vec<u8>,
}

/// Reads what a link would undo and changes nothing; `None` when it is over or was never given out.
///
/// # Errors
/// When the database is away.
pub async fn undoable(
    tx: &mut Tx,
    center: &Center,
    link: &TokenHash,
) -> Result<Option<Undoable>, StoreError> {
    let Some((change, sent_to)) = contact_change::find(tx, link, center.now()).await? else {
        return Ok(None);
    };
    let Some(account) = account::find(tx, change.account).await? else { return Ok(None) };
    let before = Contacts::before(center, &change)?;
    let now = Contacts::read(tx, center, account.id).await?;
    Ok(Some(Undoable { account, change, before, now, sent_to }))
}

/// Undoes the change of a link and all later ones: the contacts are those from before it, every session and every step
/// that was under way ends, sensitive actions freeze, everybody is told. `None` when the link is over, also for all but
/// one of those who use it at once.
///
/// # Errors
/// When the database is away. Roll back then.
pub async fn undo(
    tx: &mut Tx,
    center: &Center,
    link: &TokenHash,
    peer: &str,
) -> Result<Option<Undoable>, StoreError> {
    let Some((change, _)) = contact_change::find(tx, link, center.now()).await? else { return Ok(None) };
    if account::lock(tx, change.account).await?.is_none() {
        return Ok(None);
    }
    // Read again: only what stands under the lock counts.
    let Some(undoable) = undoable(tx, center, link).await? else { return Ok(None) };
    let undone = contact_change::undo(tx, &undoable.change, center.now()).await?;
    if undone.is_empty() {
        return Ok(None);
    }
    let id = undoable.account.id;
    let mut involved = BTreeSet::from([freeze::of_fingerprint(&undoable.sent_to)]);
    let mut also: Vec<Address> = undoable.now.addresses().cloned().collect();
    for change in &undone {
        involved.extend(change.proven_by.split(' ').filter(|one| !one.is_empty()).map(str::to_owned));
        let before = Contacts::before(center, change)?;
        if let Some(kind) = ContactKind::from_text(&change.kind) {
            let addresses = before.get(kind).into_iter().chain(undoable.now.get(kind));
            involved.extend(addresses.map(|address| freeze::of_address(center, address)));
        }
        also.extend(before.addresses().cloned());
    }
    restore(tx, center, &undoable).await?;
    // What was under way first: it may be about to begin a session, which then ends with the others.
    flow::end_all_of(tx, id, center.now()).await?;
    session::end_others(tx, id, None).await?;
    freeze::freeze(tx, center, id, involved).await?;
    let detail = Detail::none().with("changes", undone.len().to_string());
    security_log::note(tx, center, id, EventKind::ContactsUndone, peer, &detail).await?;
    let message = Message::new(Template::ContactsUndone, &undoable.account.language).with("account", id);
    notices::tell(tx, center, id, &message, &also).await?;
    Ok(Some(undoable))
}

async fn restore(tx: &mut Tx, center: &Center, undoable: &Undoable) -> Result<(), StoreError> {
    let id = undoable.account.id;
    for kind in ContactKind::ALL {
        let since = undoable.before.since(kind).unwrap_or_default();
        match undoable.before.get(kind) {
            // Its place was held back for this account, so it can be bound.
            Some(address) => {
                if !contact::replace(tx, center, id, kind, address, since, 0).await? {
                    return Err(StoreError::Invalid("contact.held_until"));
                }
            }
            None => {
                contact::unbind(tx, id, kind, 0, center.now()).await?;
            }
        }
    }
    Ok(())
}
