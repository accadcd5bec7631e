//! Tickets: requests that staff decide. Kinds, states and statements are closed lists.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])+ $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$doc])+ $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// As it is stored: the same word as in JSON.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Reads [`Self::text`].
            pub fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.text() == text)
            }
        }
    };
}

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

words! {
    /// A stated value that is held against what is on file.
    Field {
        /// The account e-mail of the account it is about.
        LoginEmail = "login-email",
        /// A person's name.
        Name = "name",
        /// A person's document number.
        DocumentNumber = "document-number",
        /// A company's name.
        CompanyName = "company-name",
        /// A company's registration number.
        CompanyId = "company-id",
        /// The legal representative's name.
        RepresentativeName = "representative-name",
        /// The legal representative's document number.
        RepresentativeDocumentNumber = "representative-document-number",
        /// The phone in use.
        CurrentPhone = "current-phone",
        /// Where the applicant of an unverified account can be reached.
        RecoveryEmail = "recovery-email",
    }
}

words! {
    /// What comparing a field came to.
    Match {
        /// The same.
        Matches = "matches",
        /// Something else is on file.
        Differs = "differs",
        /// Nothing is on file.
        Missing = "missing",
        /// It differs, and one reviewer says it is another spelling of the same.
        VariantMarked = "variant-marked",
        /// The same, and another reviewer confirmed it.
        VariantConfirmed = "variant-confirmed",
    }
}

words! {
    /// What a reviewer decides.
    Verdict {
        /// Grant it.
        Approve = "approve",
        /// Don't.
        Reject = "reject",
        /// Ask the applicant for more.
        AskMore = "ask-more",
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

/// A ticket by somebody with a session, about the own account or another one that the statement names.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// What is stated.
    pub statement: Statement,
}

/// A ticket without an account: it begins to count when the contact is proven.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketFiling {
    /// What is stated.
    pub statement: Statement,
    /// The applicant's e-mail address or phone, where news of the ticket goes.
    pub contact: Hidden,
    /// `en` or `zh-Hans`.
    pub language: String,
}

/// A code was sent to the contact.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FilingOpened {
    /// Goes with the code.
    pub flow: Hidden,
    /// When another code may be sent.
    pub again_at: i64,
}

/// Asks for the code of a filing again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilingResend {
    /// From the filing.
    pub flow: Hidden,
}

/// The code that proves the applicant's contact.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilingProof {
    /// From the filing.
    pub flow: Hidden,
    /// The code.
    pub code: Hidden,
}

/// A ticket without an account, just filed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FiledTicket {
    /// The ticket, as a draft.
    pub ticket: Ticket,
    /// By which alone its applicant follows it: shown this once, goes as `Ticket-Code`.
    pub query_code: Hidden,
}

/// Asks how a ticket without an account stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketQuery {
    /// As it was shown when the ticket was filed; in either case, with or without hyphens.
    pub query_code: Hidden,
}

/// Another statement of the same kind about the same account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementChange {
    /// What is stated now.
    pub statement: Statement,
}

/// A code that was sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeProof {
    /// The code.
    pub code: Hidden,
}

words! {
    /// An old factor of the account a ticket is about; proving one shortens the hold.
    OldFactor {
        /// The secure phone.
        Phone = "phone",
        /// The security e-mail.
        Email = "email",
    }
}

/// Which old factor a code is sent to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorRequest {
    /// The factor.
    pub factor: OldFactor,
}

/// The code of an old factor.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorProof {
    /// The factor.
    pub factor: OldFactor,
    /// The code.
    pub code: Hidden,
}

/// A code was sent, if there is an address to send it to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct CodeSent {
    /// When another code may be sent.
    pub again_at: i64,
}

/// A ticket as its applicant sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct Ticket {
    /// Its number.
    pub id: String,
    /// What it asks for.
    pub kind: TicketKind,
    /// Where it stands.
    pub state: TicketState,
    /// What was stated.
    pub statement: Statement,
    /// When it was begun.
    pub created_at: i64,
    /// When it was last submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<i64>,
    /// Until when it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<i64>,
    /// When it expires unless the applicant goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Whether the new contact is proven; always true where there is none.
    pub contact_proven: bool,
    /// Whether an old factor was proven.
    pub factor_proven: bool,
    /// Documents that still have to be uploaded before it can be submitted.
    pub documents_missing: Vec<DocumentKind>,
    /// How it came here, the earliest first.
    pub history: Vec<TicketEvent>,
}

/// A step of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct TicketEvent {
    /// When.
    pub at: i64,
    /// Where it stood before; nowhere for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TicketState>,
    /// Where it stood then.
    pub to: TicketState,
    /// Who moved it.
    pub by: Party,
    /// Why, in the words of who moved it; an applicant reads reasons for asking more, for rejecting, and answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The staff member's name in logs; for staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
}

/// A line of a list of tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct TicketLine {
    /// Its number.
    pub id: String,
    /// What it asks for.
    pub kind: TicketKind,
    /// Where it stands.
    pub state: TicketState,
    /// When it was begun.
    pub created_at: i64,
    /// When it last moved.
    pub changed_at: i64,
    /// Whether somebody objected; in the queue of staff.
    #[serde(default)]
    pub contested: bool,
    /// Who has claimed it; in the queue of staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_until: Option<i64>,
}

/// A ticket as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct StaffTicket {
    /// The line of the queue.
    pub line: TicketLine,
    /// How it came here, the earliest first.
    pub history: Vec<TicketEvent>,
    /// Until when it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<i64>,
    /// What is stated and what is on file; only for the reviewer who has claimed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
}

/// What a reviewer decides on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct Review {
    /// What was stated.
    pub statement: Statement,
    /// Each stated value beside the one on file.
    pub comparison: Vec<Compared>,
    /// What keeps it from being approved just now, in English.
    pub obstacles: Vec<String>,
    /// Whether it was filed from an account.
    pub from_account: bool,
    /// Whether that account's identity on file has the same document number; absent where one of them has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_person: Option<bool>,
    /// Whether an old factor was proven, which shortens the hold.
    pub factor_proven: bool,
    /// The objections, each with its reason.
    pub objections: Vec<TicketEvent>,
}

/// One stated value and the one on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct Compared {
    /// Which.
    pub field: Field,
    /// As stated.
    #[cfg_attr(feature = "ts", ts(as = "String"))]
    pub stated: Hidden,
    /// As on file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(as = "Option<String>"))]
    pub filed: Option<Hidden>,
    /// What comparing came to.
    pub result: Match,
}

/// Marks a field that differs as another spelling of the same.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRequest {
    /// The field.
    pub field: Field,
    /// Why it is the same.
    pub reason: String,
}

/// Confirms another reviewer's mark.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// The field.
    pub field: Field,
}

/// A decision.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// What is decided.
    pub verdict: Verdict,
    /// Why. The applicant reads it when it asks for more, rejects, or answers a question.
    pub reason: String,
}

/// Opens the link of an executed ticket.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkOpening {
    /// From the link.
    pub token: Hidden,
    /// The account's password.
    pub password: Hidden,
}

/// What the link came to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", tag = "result")]
pub enum LinkOpened {
    /// The new contact is bound.
    Bound,
    /// Bind a new virtual device now; the old devices go in the same step.
    BindDevice {
        /// Goes with the codes.
        flow: Hidden,
        /// The secret in base32.
        secret: Hidden,
        /// The same as an otpauth URI.
        uri: Hidden,
    },
}

/// Two codes of the new device.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBinding {
    /// From the opening.
    pub flow: Hidden,
    /// Two consecutive codes.
    pub codes: [Hidden; 2],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_what_json_says() {
        macro_rules! check {
            ($($name:ident),+) => { $(for one in $name::ALL {
                assert_eq!(serde_json::to_value(one).ok(), Some(one.text().into()));
                assert_eq!($name::from_text(one.text()), Some(*one));
            })+ };
        }
        check!(TicketKind, TicketState, DocumentKind, DocumentType, Field, Match, Verdict, Party, OldFactor);
    }

    #[test]
    fn a_statement_takes_its_own_fields_and_no_others() {
        let good = r#"{"kind":"question","subject":"a","text":"b"}"#;
        assert_eq!(serde_json::from_str::<Statement>(good).unwrap().kind(), TicketKind::Question);
        for bad in [
            r#"{"kind":"question","subject":"a"}"#,
            r#"{"kind":"question","subject":"a","text":"b","state":"executed"}"#,
            r#"{"kind":"password-reset","subject":"a","text":"b"}"#,
            r#"{"subject":"a","text":"b"}"#,
        ] {
            assert!(serde_json::from_str::<Statement>(bad).is_err(), "{bad}");
        }
    }
}
