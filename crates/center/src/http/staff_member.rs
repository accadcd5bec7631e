//! Which staff member asks.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tessera_center_api::ErrorCode;
use tessera_center_api::staff::Role;

use super::{Refusal, Shared, bearer};
use crate::clock::MINUTE;
use crate::rules::staff::roles;
use crate::store::tables::staff::Staff;
use crate::store::tables::staff_session::{self, StaffSession};

/// A staff member with a session that has not ended. An account's token is none.
#[derive(Debug, Clone)]
pub struct StaffMember(pub StaffSession);

impl StaffMember {
    /// Its name.
    pub fn id(&self) -> &str {
        &self.0.staff.id
    }

    /// Its row.
    pub const fn staff(&self) -> &Staff {
        &self.0.staff
    }

    /// Whether it has a role.
    pub fn has(&self, role: Role) -> bool {
        roles(&self.0.staff.roles).contains(&role)
    }

    /// Lets those go on who have one of these roles.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require(&self, any: &[Role]) -> Result<(), Refusal> {
        if any.iter().any(|&role| self.has(role)) {
            return Ok(());
        }
        Err(Refusal::new(ErrorCode::Forbidden, "Your role does not include this."))
    }
}

impl FromRequestParts<Shared> for StaffMember {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, center: &Shared) -> Result<Self, Refusal> {
        let ended = || {
            Refusal::new(ErrorCode::NotSignedIn, "There is no staff session, or it has ended. Sign in again.")
        };
        let token = bearer(&parts.headers).ok_or_else(ended)?;
        let found = staff_session::find(center.db.pool(), token.hash()).await?.ok_or_else(ended)?;
        let (now, rules) = (center.now(), &center.config.rules);
        if now - found.seen_at >= rules.staff_session_idle
            || now - found.created_at >= rules.staff_session_life
        {
            return Err(ended());
        }
        if now - found.seen_at >= MINUTE.min(rules.staff_session_idle / 10) {
            staff_session::seen(center.db.pool(), &found.id, now).await?;
        }
        Ok(Self(found))
    }
}
