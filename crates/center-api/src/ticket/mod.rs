//! Tickets: requests that staff decide. Kinds, states and statements are closed lists.

mod filing;
mod kind;
mod link;
mod review;
mod state;
mod statement;
mod view;
mod words;

pub use filing::{
    CodeProof, CodeSent, FactorProof, FactorRequest, FiledTicket, FilingOpened, FilingProof, FilingResend,
    NewTicket, OldFactor, StatementChange, TicketFiling, TicketQuery,
};
pub use kind::{DocumentKind, TicketKind};
pub use link::{LinkBinding, LinkOpened, LinkOpening};
pub use review::{
    Compared, ConfirmRequest, DecisionRequest, Field, MarkRequest, Match, Obstacle, Review, StaffTicket,
    Verdict,
};
pub use state::{Party, TicketState};
pub use statement::{DocumentType, Statement};
pub use view::{Ticket, TicketEvent, TicketLine};

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
