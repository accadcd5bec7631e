//! Staff: signing in, the audit log, reviewers' keys.

use reqwest::Method;
use tessera_center_api::key_list::{RegisterKey, ReviewerKey, SignedKeyList};
use tessera_center_api::staff::{
    AcceptanceRequest, AuditLine, InvitationOpened, InvitationRequest, StaffLogin, StaffLoginRequest,
    StaffMember, StaffName,
};
use tessera_center_api::{Hidden, Page};

use crate::{Center, ClientError, Staff, StaffToken};

impl Center {
    /// Opens the invitation of a new staff member, which makes the secret for the authenticator.
    pub async fn open_staff_invitation(&self, token: Hidden) -> Result<InvitationOpened, ClientError> {
        self.post(&["staff", "invitations"]).json(&InvitationRequest { token }).read().await
    }

    /// Takes it, with a password and two consecutive codes.
    pub async fn accept_staff_invitation(&self, acceptance: &AcceptanceRequest) -> Result<(), ClientError> {
        self.post(&["staff", "invitations", "acceptance"]).json(acceptance).done().await
    }

    /// Signs a staff member in, always with both.
    pub async fn sign_in_staff(
        &self,
        login: &StaffLoginRequest,
    ) -> Result<(StaffToken, StaffMember), ClientError> {
        let StaffLogin { token, staff } = self.post(&["staff", "session"]).json(login).read().await?;
        Ok((StaffToken::of(&token), staff))
    }
}

impl Staff {
    /// Who is signed in.
    pub async fn member(&self) -> Result<StaffMember, ClientError> {
        self.ask(Method::GET, &["staff", "session"]).read().await
    }

    /// Signs out.
    pub async fn sign_out(&self) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["staff", "session"]).done().await
    }

    /// Who the staff are, also those who have left.
    pub async fn members(&self) -> Result<Vec<StaffName>, ClientError> {
        self.ask(Method::GET, &["staff", "members"]).read().await
    }

    /// A page of the audit log, the newest first.
    pub async fn audit_log(&self, cursor: Option<&str>) -> Result<Page<AuditLine>, ClientError> {
        self.ask(Method::GET, &["staff", "audit"]).query("cursor", cursor).read().await
    }

    /// The reviewers' keys that the center knows.
    pub async fn reviewer_keys(&self) -> Result<Vec<ReviewerKey>, ClientError> {
        self.ask(Method::GET, &["staff", "reviewer-keys"]).read().await
    }

    /// Asks for this key to be listed. It counts when the holder of the root key has signed a list that names it.
    pub async fn register_key(&self, recipient: &str) -> Result<(), ClientError> {
        let wish = RegisterKey { recipient: recipient.to_owned() };
        self.ask(Method::POST, &["staff", "reviewer-keys"]).json(&wish).done().await
    }

    /// Publishes a list that the root key signed elsewhere.
    pub async fn publish_key_list(&self, list: &SignedKeyList) -> Result<(), ClientError> {
        self.ask(Method::POST, &["staff", "key-list"]).json(list).done().await
    }
}
