//! Commands of the account center. Each is one request, or one step of several; what it takes of passwords and codes is sealed.

pub(crate) mod account;
pub(crate) mod connections;
pub(crate) mod contacts;
pub(crate) mod devices;
pub(crate) mod identity;
pub(crate) mod joining;
pub(crate) mod known;
pub(crate) mod links;
pub(crate) mod members;
pub(crate) mod protection;
pub(crate) mod signing_in;
pub(crate) mod trial;

use tessera_center_api::Hidden;

use crate::{
    center::vault_codes::typed_code,
    dto::{Failure, Sealed},
    shell::Shell,
};

/// A sealed text, opened: a password, a link, an invitation.
pub(super) fn hidden(shell: &Shell, sealed: &Sealed) -> Result<Hidden, Failure> {
    Ok(Hidden::new(shell.unseal(sealed)?.as_str()))
}

/// A sealed code, opened, without what was typed between its digits.
pub(super) fn code(shell: &Shell, sealed: &Sealed) -> Result<Hidden, Failure> {
    Ok(typed_code(&shell.unseal(sealed)?))
}
