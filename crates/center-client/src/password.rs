//! Changing a password, and setting a new one when the old one is forgotten.

use reqwest::Method;
use tessera_center_api::Hidden;
use tessera_center_api::login::{CodeSent, SendCode};
use tessera_center_api::password::{ChangePassword, FinishReset, ProveReset};

use crate::login::hidden;
use crate::{Center, ClientError, Intent, Session, TrustedDeviceToken};

impl Session {
    /// Sets another password. Needs an identity check.
    pub async fn change_password(&self, password: Hidden) -> Result<(), ClientError> {
        self.ask(Method::PUT, &["password"]).json(&ChangePassword { password }).done().await
    }
}

impl Center {
    /// Begins to reset a password: a code goes to the account's security contact.
    pub async fn begin_password_reset(
        &self,
        wish: &SendCode,
        intent: &Intent,
    ) -> Result<CodeSent, ClientError> {
        self.post(&["password-resets"]).intent(intent).json(wish).read().await
    }

    /// Proves the reset by the code.
    pub async fn prove_password_reset(&self, flow: Hidden, code: Hidden) -> Result<(), ClientError> {
        self.post(&["password-resets", "proof"]).json(&ProveReset { flow, code }).done().await
    }

    /// Sets the new password.
    pub async fn finish_password_reset(
        &self,
        flow: Hidden,
        password: Hidden,
        trusted_device: Option<&TrustedDeviceToken>,
    ) -> Result<(), ClientError> {
        let finish = FinishReset { flow, password, trusted_device: hidden(trusted_device) };
        self.post(&["password-resets", "password"]).json(&finish).done().await
    }
}
