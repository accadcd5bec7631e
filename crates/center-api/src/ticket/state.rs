//! Where a ticket stands, and who moved it there.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::words;

words! {
    /// Where a ticket stands.
    TicketState {
        /// Being written; nobody looks at it.
        Draft = "draft",
        /// Waits for a reviewer.
        Submitted = "submitted",
        /// A reviewer asked the applicant for more.
        MoreInformation = "more-information",
        /// One reviewer approved; waits for another.
        FirstApproval = "first-approval",
        /// Two reviewers approved; the hold begins.
        SecondApproval = "second-approval",
        /// Approved; every old address was told and can object.
        Hold = "hold",
        /// Done.
        Executed = "executed",
        /// Not granted.
        Rejected = "rejected",
        /// Taken back by the applicant.
        Withdrawn = "withdrawn",
        /// The applicant let the time pass.
        Expired = "expired",
        /// Somebody objected: staff decide again.
        Contested = "contested",
    }
}

impl TicketState {
    /// Whether nothing follows.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Executed | Self::Rejected | Self::Withdrawn | Self::Expired)
    }

    /// Whether it waits for staff.
    pub const fn awaits_staff(self) -> bool {
        matches!(self, Self::Submitted | Self::FirstApproval | Self::Contested)
    }
}

words! {
    /// Who moved a ticket.
    Party {
        /// Who filed it.
        Applicant = "applicant",
        /// A staff member.
        Staff = "staff",
        /// Somebody with a link that went to an old address.
        Objector = "objector",
        /// The center: time passed.
        Center = "center",
    }
}
