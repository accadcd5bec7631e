//! What people call their account when they sign in: account e-mail, bound phone or account ID.

use unicode_normalization::UnicodeNormalization as _;

use crate::Center;
use crate::contact::{Address, AddressKind};
use crate::keys::Index;
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::contact::{self, ContactKind};
use crate::store::{StoreError, Tx};

/// A name as it was given. Anything is one; most name nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginName {
    canonical: String,
    names: Names,
}

#[derive(Clone, PartialEq, Eq)]
enum Names {
    Contact(ContactKind, Address),
    Number(AccountId),
    Nobody,
}

impl LoginName {
    /// Reads what a person typed.
    pub fn read(text: &str) -> Self {
        let text: String = text.trim().nfkc().collect();
        let number =
            || text.parse::<AccountId>().ok().filter(|_| text.bytes().all(|one| one.is_ascii_digit()));
        let address = match text.chars().next() {
            Some('+') => Address::phone(&text).ok(),
            _ => Address::email(&text).ok(),
        };
        match (address, number()) {
            (Some(address), _) => {
                let kind = match address.kind() {
                    AddressKind::Email => ContactKind::AccountEmail,
                    AddressKind::Phone => ContactKind::SecurePhone,
                };
                Self { canonical: address.canonical(), names: Names::Contact(kind, address) }
            }
            (None, Some(number)) => Self { canonical: format!("id:{number}"), names: Names::Number(number) },
            (None, None) => {
                Self { canonical: format!("other:{}", text.to_lowercase()), names: Names::Nobody }
            }
        }
    }

    /// The form by which equal names are equal.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The account it names: one query, whatever it is. A phone that several accounts share names none of them (ADR 0074).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn account(&self, tx: &mut Tx, center: &Center) -> Result<Option<Account>, StoreError> {
        let (kind, fingerprint) = match &self.names {
            Names::Number(number) => return account::find(tx, *number).await,
            Names::Contact(kind, address) => (*kind, contact::fingerprint(&center.keys, address)),
            Names::Nobody => {
                let fingerprint = center.keys.index(Index::Contact, self.canonical.as_bytes());
                (ContactKind::AccountEmail, fingerprint.to_vec())
            }
        };
        account::only_one_with(tx, kind, &fingerprint).await
    }
}

impl std::fmt::Debug for LoginName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("LoginName(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_equal_however_they_are_typed() {
        for (left, right) in [
            (" Alice@EXAMPLE.com ", "alice@example.com."),
            ("+49 (151) 2345-6789", "＋4915123456789"),
            ("123456789", "0123456789"),
            ("no Name", "NO NAME "),
            ("", "  "),
        ] {
            assert_eq!(LoginName::read(left).canonical(), LoginName::read(right).canonical(), "{left}");
        }
        for other in ["alice@example.com", "+4915123456789", "123456789", "-123456789", "4915123456789"] {
            let all = ["alice@example.com", "+4915123456789", "123456789", "-123456789", "4915123456789"];
            let same = all
                .iter()
                .filter(|one| LoginName::read(one).canonical() == LoginName::read(other).canonical());
            assert_eq!(same.count(), 1, "{other}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", LoginName::read("alice@example.com")), "LoginName(..)");
    }
}
