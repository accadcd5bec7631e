//! Addresses bound to an account, and how they change.

use reqwest::Method;
use tessera_center_api::Hidden;
use tessera_center_api::account::{CodeFlow, CodeResent, ResendCode};
use tessera_center_api::contact::{ContactChangeBegin, ContactChangeConfirm, ContactChanged, ContactKind};

use crate::{ClientError, Intent, Session};

/// As it stands in addresses of the API: the same word as in JSON.
const fn word(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::AccountEmail => "account-email",
        ContactKind::SecurityEmail => "security-email",
        ContactKind::SecurePhone => "secure-phone",
    }
}

impl Session {
    /// Begins to set or change a contact: a code goes to the new address. Needs an identity check.
    pub async fn begin_contact_change(
        &self,
        kind: ContactKind,
        address: Hidden,
        intent: &Intent,
    ) -> Result<CodeFlow, ClientError> {
        let wish = ContactChangeBegin { address };
        self.post(&["contacts", word(kind), "changes"]).intent(intent).json(&wish).read().await
    }

    /// Has the code sent again.
    pub async fn resend_contact_code(
        &self,
        kind: ContactKind,
        flow: Hidden,
    ) -> Result<CodeResent, ClientError> {
        self.post(&["contacts", word(kind), "changes", "code"]).json(&ResendCode { flow }).read().await
    }

    /// Confirms the change with the code that came to the new address.
    pub async fn confirm_contact_change(
        &self,
        kind: ContactKind,
        flow: Hidden,
        code: Hidden,
    ) -> Result<ContactChanged, ClientError> {
        let proof = ContactChangeConfirm { flow, code };
        self.post(&["contacts", word(kind), "changes", "confirm"]).json(&proof).read().await
    }

    /// Takes a contact off. Needs an identity check.
    pub async fn remove_contact(&self, kind: ContactKind) -> Result<ContactChanged, ClientError> {
        self.ask(Method::DELETE, &["contacts", word(kind)]).read().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_in_an_address_is_the_one_in_json() {
        for kind in [ContactKind::AccountEmail, ContactKind::SecurityEmail, ContactKind::SecurePhone] {
            assert_eq!(serde_json::to_value(kind).unwrap(), word(kind));
        }
    }
}
