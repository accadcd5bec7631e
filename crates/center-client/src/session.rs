//! Where an account is signed in, and which devices it trusts.

use reqwest::Method;
use tessera_center_api::login::TrustedDevice;
use tessera_center_api::session::Session as SignedInAt;

use crate::{ClientError, Session};

impl Session {
    /// Signs out.
    pub async fn sign_out(&self) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["session"]).done().await
    }

    /// Where the account is signed in.
    pub async fn sessions(&self) -> Result<Vec<SignedInAt>, ClientError> {
        self.get(&["sessions"]).read().await
    }

    /// Ends one session.
    pub async fn end_session(&self, id: &str) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["sessions", id]).done().await
    }

    /// Ends all sessions but this one.
    pub async fn end_other_sessions(&self) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["sessions"]).done().await
    }

    /// The devices that the account trusts.
    pub async fn trusted_devices(&self) -> Result<Vec<TrustedDevice>, ClientError> {
        self.get(&["trusted-devices"]).read().await
    }

    /// Trusts a device no longer.
    pub async fn forget_trusted_device(&self, id: &str) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["trusted-devices", id]).done().await
    }

    /// Trusts no device any longer.
    pub async fn forget_trusted_devices(&self) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["trusted-devices"]).done().await
    }
}
