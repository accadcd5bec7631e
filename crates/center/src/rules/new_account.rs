//! The row of a new account, under a number that nobody else has.

use crate::Center;
use crate::http::Refusal;
use crate::keys::Seal;
use crate::store::Tx;
use crate::store::tables::account::{self, AccountId, New};

/// The least account number, and how many there are: nine to twelve digits, not in order of registration.
const NUMBERS: (u64, u64) = (100_000_000, 1_000_000_000_000 - 100_000_000);
/// Draws of a number before something else must be wrong.
const DRAWS: usize = 16;

/// Whose account it becomes.
pub struct Person<'a> {
    /// `individual` or `enterprise`.
    pub kind: &'a str,
    /// Whose sub-account it is.
    pub owner: Option<AccountId>,
    /// The display name.
    pub name: &'a str,
    /// A PHC string.
    pub password_hash: &'a str,
    /// `en` or `zh-Hans`.
    pub language: &'a str,
}

/// Adds an account; a number that is taken is drawn again.
///
/// # Errors
/// When the database is away.
pub async fn insert(tx: &mut Tx, center: &Center, person: &Person<'_>) -> Result<AccountId, Refusal> {
    for _ in 0..DRAWS {
        let number = NUMBERS.0 + center.random_below(NUMBERS.1)?;
        let id = AccountId::try_from(number).map_err(Refusal::internal)?;
        let row = account::sealed_row(id);
        let name = center.keys.seal(&*center.random, Seal::Label, &row, person.name.as_bytes())?;
        let new = New {
            id,
            kind: person.kind,
            owner: person.owner,
            name: &name,
            password_hash: person.password_hash,
            language: person.language,
            now: center.now(),
        };
        if account::insert(tx, &new).await? {
            return Ok(id);
        }
    }
    Err(Refusal::internal("no account number is free"))
}
