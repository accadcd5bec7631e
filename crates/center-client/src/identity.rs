//! Identity checks, which sensitive actions ask for.

use tessera_center_api::Hidden;
use tessera_center_api::identity::{
    Action, Factor, IdentityCheck, IdentityCodeSent, IdentityProven, NewIdentityCheck, ProveIdentity,
    SendIdentityCode,
};

use crate::{ClientError, Intent, Session};

impl Session {
    /// Begins to prove an identity for one action.
    pub async fn begin_identity_check(
        &self,
        action: Action,
        intent: &Intent,
    ) -> Result<IdentityCheck, ClientError> {
        self.post(&["identity-checks"]).intent(intent).json(&NewIdentityCheck { action }).read().await
    }

    /// Has a code sent by one of the ways that were offered.
    pub async fn send_identity_code(
        &self,
        flow: Hidden,
        factor: Factor,
    ) -> Result<IdentityCodeSent, ClientError> {
        self.post(&["identity-checks", "send"]).json(&SendIdentityCode { flow, factor }).read().await
    }

    /// Proves it.
    pub async fn prove_identity(
        &self,
        flow: Hidden,
        factor: Factor,
        code: Hidden,
    ) -> Result<IdentityProven, ClientError> {
        self.post(&["identity-checks", "prove"]).json(&ProveIdentity { flow, factor, code }).read().await
    }
}
