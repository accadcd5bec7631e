//! The account itself.

use reqwest::Method;
use tessera_center_api::Page;
use tessera_center_api::account::{Account, AccountPatch};
use tessera_center_api::export::Export;
use tessera_center_api::security::SecurityEvent;

use crate::{ClientError, Session, Versioned};

impl Session {
    /// The account.
    pub async fn account(&self) -> Result<Versioned<Account>, ClientError> {
        self.get(&["account"]).read_versioned().await
    }

    /// Changes what is named, if the account still has that version.
    pub async fn edit_account(
        &self,
        patch: &AccountPatch,
        version: &str,
    ) -> Result<Versioned<Account>, ClientError> {
        self.ask(Method::PATCH, &["account"]).if_match(version).json(patch).read_versioned().await
    }

    /// All that the center keeps of the account, but its secrets. Needs an identity check.
    pub async fn export(&self) -> Result<Export, ClientError> {
        self.get(&["account", "export"]).read().await
    }

    /// Erases the account. Needs an identity check.
    pub async fn erase(&self) -> Result<(), ClientError> {
        self.post(&["account", "erasure"]).done().await
    }

    /// A page of the security log, the newest first.
    pub async fn security_log(&self, cursor: Option<&str>) -> Result<Page<SecurityEvent>, ClientError> {
        self.get(&["security-log"]).query("cursor", cursor).read().await
    }
}
