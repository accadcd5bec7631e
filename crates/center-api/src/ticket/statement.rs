//! What an applicant states.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::TicketKind;
use super::words::words;
use crate::Hidden;

words! {
    /// What kind of identity document a number is from.
    DocumentType {
        /// A national identity card.
        IdCard = "id-card",
        /// A passport.
        Passport = "passport",
        /// A driver's license.
        DriversLicense = "drivers-license",
    }
}

/// What the applicant states. Each kind has its own fields; the account it is about is named by its account e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Statement {
    /// File a person's identity for the account that asks.
    IdentityVerificationIndividual {
        /// The name as on the document.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        name: Hidden,
        /// What the number is from.
        document_type: DocumentType,
        /// The document's number.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        document_number: Hidden,
    },
    /// File a company's identity for the account that asks.
    IdentityVerificationEnterprise {
        /// As on the business license.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        company_name: Hidden,
        /// As on the business license.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        company_id: Hidden,
        /// The legal representative.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        representative_name: Hidden,
        /// The number of the representative's ID card.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        representative_document_number: Hidden,
    },
    /// Another secure phone.
    PhoneChangeIndividual {
        /// The account e-mail.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        login_email: Hidden,
        /// The name on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        name: Hidden,
        /// The document number on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        document_number: Hidden,
        /// The new phone, which is proven by a code before the ticket is submitted.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        new_phone: Hidden,
    },
    /// Another secure phone.
    PhoneChangeEnterprise {
        /// The account e-mail.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        login_email: Hidden,
        /// The company's name on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        company_name: Hidden,
        /// The company's number on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        company_id: Hidden,
        /// The legal representative on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        representative_name: Hidden,
        /// The number of the representative's ID card on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        representative_document_number: Hidden,
        /// The new phone, which is proven by a code before the ticket is submitted.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        new_phone: Hidden,
    },
    /// Another secure phone where no identity is on file.
    PhoneChangeUnverified {
        /// The account e-mail.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        login_email: Hidden,
        /// The recovery phone, which becomes the secure phone; proven by a code before the ticket is submitted.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        recovery_phone: Hidden,
        /// The recovery e-mail.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        recovery_email: Hidden,
    },
    /// Another account e-mail. A company states its legal representative.
    AccountEmailChange {
        /// The account e-mail as it is.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        login_email: Hidden,
        /// The name on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        name: Hidden,
        /// The document number on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        document_number: Hidden,
        /// The new one, which is proven by a code before the ticket is submitted.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        new_email: Hidden,
    },
    /// A lost MFA device.
    MfaUnbindingIndividual {
        /// The account e-mail.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        login_email: Hidden,
        /// The name on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        name: Hidden,
        /// The passport's or license's number on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        document_number: Hidden,
        /// The phone in use.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        current_phone: Hidden,
    },
    /// A lost MFA device.
    MfaUnbindingEnterprise {
        /// The account e-mail.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        login_email: Hidden,
        /// The company's name on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        company_name: Hidden,
        /// The company's number on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        company_id: Hidden,
        /// The applicant: the legal representative on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        applicant_name: Hidden,
        /// The number of the applicant's document on file.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        applicant_document_number: Hidden,
        /// The phone in use.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        current_phone: Hidden,
    },
    /// Anything else.
    Question {
        /// In a line.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        subject: Hidden,
        /// The question.
        #[cfg_attr(feature = "ts", ts(as = "String"))]
        text: Hidden,
    },
}

impl Statement {
    /// Its kind.
    pub const fn kind(&self) -> TicketKind {
        match self {
            Self::IdentityVerificationIndividual { .. } => TicketKind::IdentityVerificationIndividual,
            Self::IdentityVerificationEnterprise { .. } => TicketKind::IdentityVerificationEnterprise,
            Self::PhoneChangeIndividual { .. } => TicketKind::PhoneChangeIndividual,
            Self::PhoneChangeEnterprise { .. } => TicketKind::PhoneChangeEnterprise,
            Self::PhoneChangeUnverified { .. } => TicketKind::PhoneChangeUnverified,
            Self::AccountEmailChange { .. } => TicketKind::AccountEmailChange,
            Self::MfaUnbindingIndividual { .. } => TicketKind::MfaUnbindingIndividual,
            Self::MfaUnbindingEnterprise { .. } => TicketKind::MfaUnbindingEnterprise,
            Self::Question { .. } => TicketKind::Question,
        }
    }
}
