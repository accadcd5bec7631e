//! What a ticket asks for, and the documents that go with it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::words;

words! {
    /// What a ticket asks for.
    TicketKind {
        /// File a person's identity.
        IdentityVerificationIndividual = "identity-verification-individual",
        /// File a company's identity.
        IdentityVerificationEnterprise = "identity-verification-enterprise",
        /// Another secure phone for a verified person.
        PhoneChangeIndividual = "phone-change-individual",
        /// Another secure phone for a verified company.
        PhoneChangeEnterprise = "phone-change-enterprise",
        /// Another secure phone for an account that was never verified.
        PhoneChangeUnverified = "phone-change-unverified",
        /// Another account e-mail.
        AccountEmailChange = "account-email-change",
        /// A lost MFA device of a person.
        MfaUnbindingIndividual = "mfa-unbinding-individual",
        /// A lost MFA device of a company.
        MfaUnbindingEnterprise = "mfa-unbinding-enterprise",
        /// Anything else; the decision is the answer.
        Question = "question",
    }
}

impl TicketKind {
    /// Whether it changes how somebody gets into an account: two reviewers, then a hold.
    pub const fn is_guarded(self) -> bool {
        !matches!(
            self,
            Self::IdentityVerificationIndividual | Self::IdentityVerificationEnterprise | Self::Question
        )
    }

    /// Whether it can be filed without an account.
    pub const fn without_account(self) -> bool {
        !matches!(self, Self::IdentityVerificationIndividual | Self::IdentityVerificationEnterprise)
    }

    /// The documents that go with it.
    pub const fn documents(self) -> &'static [DocumentKind] {
        use DocumentKind::{
            BusinessLicense, HoldingDocumentBack, HoldingDocumentFront, RepresentativeIdBack,
            RepresentativeIdFront,
        };
        match self {
            Self::IdentityVerificationIndividual | Self::PhoneChangeIndividual | Self::AccountEmailChange => {
                &[HoldingDocumentFront, HoldingDocumentBack]
            }
            Self::IdentityVerificationEnterprise | Self::PhoneChangeEnterprise => {
                &[BusinessLicense, RepresentativeIdFront, RepresentativeIdBack]
            }
            Self::MfaUnbindingEnterprise => &[BusinessLicense],
            Self::PhoneChangeUnverified | Self::MfaUnbindingIndividual | Self::Question => &[],
        }
    }
}

words! {
    /// What a document shows.
    DocumentKind {
        /// The applicant holding the ID card or driver's license, front.
        HoldingDocumentFront = "holding-document-front",
        /// The applicant holding the ID card or driver's license, back.
        HoldingDocumentBack = "holding-document-back",
        /// The company's business license.
        BusinessLicense = "business-license",
        /// The ID card of the legal representative, front.
        RepresentativeIdFront = "representative-id-front",
        /// The ID card of the legal representative, back.
        RepresentativeIdBack = "representative-id-back",
    }
}
