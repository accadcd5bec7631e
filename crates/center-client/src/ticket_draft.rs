//! A ticket while it is being written: what was typed, by the names of the statement's fields. It is a text that a vault keeps,
//! so that what one program wrote another one goes on with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tessera_center_api::ticket::{Statement, TicketKind};
use zeroize::Zeroizing;

/// The longest draft, in bytes: far more than a form holds.
pub const DRAFT_BYTES: usize = 64 * 1024;

/// What was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketDraft {
    /// The fields of the statement, by their names in the API.
    pub statement: BTreeMap<String, String>,
    /// The applicant's e-mail address or phone, for a ticket without an account.
    pub contact: String,
}

/// Why a draft is no statement yet, or cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// A field is missing, is none of this kind's, or is not one of the choices it has.
    #[error("a field of the statement is missing or cannot be meant")]
    NotAStatement,
    /// More than any form holds.
    #[error("the draft is too long to be kept")]
    TooLong,
}

impl std::fmt::Debug for TicketDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TicketDraft({} fields)", self.statement.len())
    }
}

impl TicketDraft {
    /// Reads [`Self::to_text`].
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The text for the vault.
    ///
    /// # Errors
    /// [`DraftError::TooLong`].
    pub fn to_text(&self) -> Result<Zeroizing<String>, DraftError> {
        let text = serde_json::to_string(self).map(Zeroizing::new).map_err(|_| DraftError::NotAStatement)?;
        if text.len() > DRAFT_BYTES { Err(DraftError::TooLong) } else { Ok(text) }
    }

    /// The statement that it makes.
    ///
    /// # Errors
    /// [`DraftError::NotAStatement`].
    pub fn statement(&self, kind: TicketKind) -> Result<Statement, DraftError> {
        let mut fields: serde_json::Map<String, serde_json::Value> =
            self.statement.iter().map(|(name, value)| (name.clone(), value.trim().into())).collect();
        fields.insert("kind".into(), kind.text().into());
        serde_json::from_value(fields.into()).map_err(|_| DraftError::NotAStatement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_becomes_a_statement_when_it_is_whole() {
        let mut draft = TicketDraft::default();
        for (name, value) in [("name", " Alice "), ("document_type", ""), ("document_number", "L01")] {
            draft.statement.insert(name.into(), value.into());
        }
        let kind = TicketKind::IdentityVerificationIndividual;
        assert_eq!(draft.statement(kind).err(), Some(DraftError::NotAStatement));
        draft.statement.insert("document_type".into(), "passport".into());
        let Statement::IdentityVerificationIndividual { name, .. } = draft.statement(kind).unwrap() else {
            panic!("another kind")
        };
        assert_eq!(name.expose_secret(), "Alice");
        assert_eq!(draft.statement(TicketKind::Question).err(), Some(DraftError::NotAStatement));
    }

    #[test]
    fn a_draft_is_read_back_from_its_text_and_none_is_endless() {
        let mut draft = TicketDraft { contact: "a@example.com".into(), ..TicketDraft::default() };
        draft.statement.insert("subject".into(), "Größe \u{202e}".into());
        assert_eq!(TicketDraft::from_text(&draft.to_text().unwrap()), Some(draft.clone()));
        assert_eq!(TicketDraft::from_text("[]"), None);
        draft.statement.insert("text".into(), "x".repeat(DRAFT_BYTES));
        assert_eq!(draft.to_text().err(), Some(DraftError::TooLong));
    }
}
