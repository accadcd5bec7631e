//! Sub-accounts and collaborators.

use reqwest::Method;
use tessera_center_api::members::{
    Collaborator, Invitation, InviteAgain, MfaRequirement, NewCollaborator, NewSubAccount, SubAccount,
};
use tessera_center_api::mfa::Protections;
use tessera_center_api::{Hidden, Page};

use crate::{ClientError, Intent, Session};

impl Session {
    /// A page of the sub-accounts.
    pub async fn sub_accounts(&self, cursor: Option<&str>) -> Result<Page<SubAccount>, ClientError> {
        self.get(&["sub-accounts"]).query("cursor", cursor).read().await
    }

    /// One sub-account.
    pub async fn sub_account(&self, id: i64) -> Result<SubAccount, ClientError> {
        self.get(&["sub-accounts", &id.to_string()]).read().await
    }

    /// Creates one. Needs an identity check.
    pub async fn create_sub_account(
        &self,
        new: &NewSubAccount,
        intent: &Intent,
    ) -> Result<SubAccount, ClientError> {
        self.post(&["sub-accounts"]).intent(intent).json(new).read().await
    }

    /// Invites its member again.
    pub async fn invite_sub_account_again(&self, id: i64, email: Hidden) -> Result<(), ClientError> {
        self.post(&["sub-accounts", &id.to_string(), "invitation"]).json(&InviteAgain { email }).done().await
    }

    /// Whether it must have an MFA device. Needs an identity check.
    pub async fn require_sub_account_mfa(&self, id: i64, required: bool) -> Result<(), ClientError> {
        let wish = MfaRequirement { required };
        self.ask(Method::PUT, &["sub-accounts", &id.to_string(), "mfa"]).json(&wish).done().await
    }

    /// Switches what protects it. Needs an identity check.
    pub async fn protect_sub_account(
        &self,
        id: i64,
        protections: Protections,
    ) -> Result<Protections, ClientError> {
        self.ask(Method::PUT, &["sub-accounts", &id.to_string(), "protection"])
            .json(&protections)
            .read()
            .await
    }

    /// Unbinds one of its MFA devices. Needs an identity check.
    pub async fn unbind_sub_account_device(&self, id: i64, device: &str) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["sub-accounts", &id.to_string(), "mfa-devices", device]).done().await
    }

    /// Takes it off. Needs an identity check.
    pub async fn remove_sub_account(&self, id: i64) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["sub-accounts", &id.to_string()]).done().await
    }

    /// The collaborators.
    pub async fn collaborators(&self) -> Result<Vec<Collaborator>, ClientError> {
        self.get(&["collaborators"]).read().await
    }

    /// Invites one. Needs an identity check.
    pub async fn invite_collaborator(
        &self,
        new: &NewCollaborator,
        intent: &Intent,
    ) -> Result<Collaborator, ClientError> {
        self.post(&["collaborators"]).intent(intent).json(new).read().await
    }

    /// Whether it must have an MFA device. Needs an identity check.
    pub async fn require_collaborator_mfa(&self, id: &str, required: bool) -> Result<(), ClientError> {
        self.ask(Method::PUT, &["collaborators", id, "mfa"]).json(&MfaRequirement { required }).done().await
    }

    /// Ends its access. Needs an identity check.
    pub async fn end_collaborator(&self, id: &str) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["collaborators", id]).done().await
    }

    /// What this account was invited to, and what it was given access to.
    pub async fn invitations(&self) -> Result<Vec<Invitation>, ClientError> {
        self.get(&["invitations"]).read().await
    }

    /// Accepts an invitation.
    pub async fn accept_invitation(&self, id: &str) -> Result<(), ClientError> {
        self.post(&["invitations", id, "accept"]).done().await
    }

    /// Declines an invitation, or gives an access back.
    pub async fn decline_invitation(&self, id: &str) -> Result<(), ClientError> {
        self.post(&["invitations", id, "decline"]).done().await
    }
}
