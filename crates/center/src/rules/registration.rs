//! How an account begins: an address, the code that went there, a password.
//!
//! Whoever begins is answered the same whether the address is free or not; its owner alone learns it, from the message.

use serde::{Deserialize, Serialize};
use tessera_center_api::ErrorCode;
use tessera_center_api::account::AccountKind;
use tessera_center_api::security::EventKind;

use super::code_flow::SLOT;
use super::codes::{self, Asker, Letter};
use super::new_account::{self, Person};
use super::security_log::{self, Detail};
use crate::Center;
use crate::clock::Unix;
use crate::contact::{Address, AddressKind};
use crate::http::{Peer, Refusal};
use crate::outbox::{Message, Template};
use crate::store::Tx;
use crate::store::tables::account::{self, Account};
use crate::store::tables::contact::{self, ContactKind};
use crate::token::TokenHash;

/// The kind of flow.
pub const FLOW: &str = "registration";

/// What a registration remembers between its steps.
#[derive(Clone, Serialize, Deserialize)]
pub struct State {
    /// `individual` or `enterprise`.
    pub kind: AccountKind,
    /// The language of its messages.
    pub language: String,
    /// Whether the address is a phone number.
    pub phone: bool,
    /// The address.
    pub address: String,
    /// Whether the code was right.
    pub proven: bool,
}

impl State {
    /// The address to prove.
    pub fn address(&self) -> Address {
        Address::stored(if self.phone { AddressKind::Phone } else { AddressKind::Email }, &self.address)
    }

    /// The words that a password of this account is easily guessed by.
    pub fn own_words(&self, center: &Center, name: &str) -> Vec<String> {
        let mut words = vec![center.config.name.clone()];
        for text in [name, &self.address] {
            words.push(text.to_lowercase());
            words.extend(text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase));
        }
        words.retain(|word| word.chars().count() > 2);
        words
    }
}

/// Sends the code, or tells the owner of an e-mail address that an account exists. The answer is the same.
///
/// # Errors
/// `SentLately`, `TooManyMessages`. Roll back then.
pub async fn send(
    tx: &mut Tx,
    center: &Center,
    flow: &TokenHash,
    state: &State,
    peer: Peer,
) -> Result<Unix, Refusal> {
    let address = state.address();
    // A phone may serve several accounts: whether one more goes is said once the number is proven.
    let taken = !state.phone && contact::is_full(tx, center, ContactKind::AccountEmail, &address).await?;
    let letter = if taken {
        Letter::Instead(Message::new(Template::AccountExists, &state.language))
    } else {
        Letter::Code(&state.language)
    };
    let asked = address.canonical();
    let asker = Asker::Anonymous { peer, asked: &asked };
    codes::send_letter(tx, center, flow, SLOT, Some(&address), letter, asker).await
}

/// Makes the account of a proven registration, with its contacts.
///
/// # Errors
/// `AddressTaken` when another took the address meanwhile, or the phone has as many accounts as it may. Roll back then.
pub async fn create(
    tx: &mut Tx,
    center: &Center,
    state: &State,
    name: &str,
    password_hash: &str,
    peer: Peer,
) -> Result<Account, Refusal> {
    let person =
        Person { kind: state.kind.text(), owner: None, name, password_hash, language: &state.language };
    let id = new_account::insert(tx, center, &person).await?;
    let address = state.address();
    let kinds: &[ContactKind] = if state.phone {
        &[ContactKind::SecurePhone]
    } else {
        &[ContactKind::AccountEmail, ContactKind::SecurityEmail]
    };
    for &kind in kinds {
        if !contact::bind(tx, center, id, kind, &address, center.now()).await? {
            return Err(Refusal::new(
                ErrorCode::AddressTaken,
                "This address already serves as many accounts as it may. Sign in to one of them, or take another address.",
            ));
        }
    }
    let detail = Detail::none().with("address", address.masked());
    security_log::note(tx, center, id, EventKind::Registered, &peer.to_string(), &detail).await?;
    account::find(tx, id).await?.ok_or_else(|| Refusal::internal("a new account is not there"))
}
