//! The fields of each kind of statement, and the questions they are asked by.

use tessera_center_api::ticket::TicketKind;

/// A field's name in the API, and what is asked.
pub(super) type Field = (&'static str, &'static str);

const LOGIN_EMAIL: Field = ("login_email", "Account e-mail of the account it is about:");
const NAME: Field = ("name", "Name as on the document:");
const DOCUMENT_NUMBER: Field = ("document_number", "Number of the passport, ID card or license:");
const COMPANY_NAME: Field = ("company_name", "Company's name as on the business license:");
const COMPANY_ID: Field = ("company_id", "Company's number as on the business license:");
const REPRESENTATIVE: Field = ("representative_name", "Legal representative's name:");
const REPRESENTATIVE_NUMBER: Field =
    ("representative_document_number", "Number of the legal representative's ID card:");
const NEW_PHONE: Field = ("new_phone", "New phone, with + and the country code:");
const CURRENT_PHONE: Field = ("current_phone", "Phone in use, with + and the country code:");

/// The fields of a kind.
pub(super) const fn of(kind: TicketKind) -> &'static [Field] {
    match kind {
        TicketKind::IdentityVerificationIndividual => {
            &[NAME, ("document_type", "Document (id-card, passport or drivers-license):"), DOCUMENT_NUMBER]
        }
        TicketKind::IdentityVerificationEnterprise => {
            &[COMPANY_NAME, COMPANY_ID, REPRESENTATIVE, REPRESENTATIVE_NUMBER]
        }
        TicketKind::PhoneChangeIndividual => &[LOGIN_EMAIL, NAME, DOCUMENT_NUMBER, NEW_PHONE],
        TicketKind::PhoneChangeEnterprise => {
            &[LOGIN_EMAIL, COMPANY_NAME, COMPANY_ID, REPRESENTATIVE, REPRESENTATIVE_NUMBER, NEW_PHONE]
        }
        TicketKind::PhoneChangeUnverified => &[
            LOGIN_EMAIL,
            ("recovery_phone", "Recovery phone, which becomes the secure phone:"),
            ("recovery_email", "Recovery e-mail:"),
        ],
        TicketKind::AccountEmailChange => {
            &[LOGIN_EMAIL, NAME, DOCUMENT_NUMBER, ("new_email", "New account e-mail:")]
        }
        TicketKind::MfaUnbindingIndividual => &[LOGIN_EMAIL, NAME, DOCUMENT_NUMBER, CURRENT_PHONE],
        TicketKind::MfaUnbindingEnterprise => &[
            LOGIN_EMAIL,
            COMPANY_NAME,
            COMPANY_ID,
            ("applicant_name", "Applicant's name (the legal representative's):"),
            ("applicant_document_number", "Number of the applicant's document:"),
            CURRENT_PHONE,
        ],
        TicketKind::Question => &[("subject", "Subject, in a line:"), ("text", "Question:")],
    }
}

#[cfg(test)]
mod tests {
    use tessera_center_client::TicketDraft;

    use super::*;

    #[test]
    fn the_fields_of_each_kind_are_those_that_its_statement_has() {
        for kind in TicketKind::ALL {
            let mut draft = TicketDraft::default();
            for (name, _) in of(*kind) {
                assert!(draft.statement(*kind).is_err(), "{kind:?} is whole without {name}");
                let value = if *name == "document_type" { "passport" } else { "x" };
                draft.statement.insert((*name).into(), value.into());
            }
            assert_eq!(draft.statement(*kind).unwrap().kind(), *kind);
        }
    }
}
