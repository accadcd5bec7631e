//! New accounts, and accounts found again by their phone.

use tessera_center_api::Hidden;
use tessera_center_api::account::{
    CodeFlow, CodeResent, RegistrationBegin, RegistrationComplete, ResendCode, RetrievalBegin,
    RetrievalProve, Retrieved,
};
use tessera_center_api::login::SignedIn;
use tessera_center_api::members::{AcceptSubAccount, SubAccountAccepted};

use crate::{Begun, Center, ClientError, Intent};

/// What completes a registration.
pub type NewAccount = RegistrationComplete;

impl Center {
    /// Begins a registration: a code goes to the address.
    pub async fn begin_registration(
        &self,
        wish: &RegistrationBegin,
        intent: &Intent,
    ) -> Result<CodeFlow, ClientError> {
        self.post(&["registrations"]).intent(intent).json(wish).read().await
    }

    /// Has the code of a registration sent again.
    pub async fn resend_registration(&self, flow: Hidden) -> Result<CodeResent, ClientError> {
        self.post(&["registrations", "code"]).json(&ResendCode { flow }).read().await
    }

    /// Completes a registration; whoever does is signed in.
    pub async fn complete_registration(
        &self,
        account: &NewAccount,
        intent: &Intent,
    ) -> Result<Begun, ClientError> {
        let answer: SignedIn =
            self.post(&["registrations", "complete"]).intent(intent).json(account).read().await?;
        Ok(answer.into())
    }

    /// Asks which accounts a phone is bound to: a code goes to it.
    pub async fn begin_retrieval(
        &self,
        wish: &RetrievalBegin,
        intent: &Intent,
    ) -> Result<CodeFlow, ClientError> {
        self.post(&["retrievals"]).intent(intent).json(wish).read().await
    }

    /// Has the code of a retrieval sent again.
    pub async fn resend_retrieval(&self, flow: Hidden) -> Result<CodeResent, ClientError> {
        self.post(&["retrievals", "code"]).json(&ResendCode { flow }).read().await
    }

    /// Proves the phone and reads its accounts.
    pub async fn prove_retrieval(&self, flow: Hidden, code: Hidden) -> Result<Vec<Retrieved>, ClientError> {
        self.post(&["retrievals", "prove"]).json(&RetrievalProve { flow, code }).read().await
    }

    /// Takes an invitation to a sub-account.
    pub async fn accept_sub_account(
        &self,
        invitation: Hidden,
        password: Hidden,
    ) -> Result<SubAccountAccepted, ClientError> {
        self.post(&["sub-accounts", "accept"]).json(&AcceptSubAccount { invitation, password }).read().await
    }
}
