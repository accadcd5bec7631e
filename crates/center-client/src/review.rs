//! The review desk: the queue, a ticket, decisions, and the ciphertext of documents.

use reqwest::Method;
use tessera_center_api::Page;
use tessera_center_api::document::TicketDocument;
use tessera_center_api::ticket::{
    ConfirmRequest, DecisionRequest, Field, MarkRequest, StaffTicket, TicketKind, TicketLine, TicketState,
};
use zeroize::Zeroizing;

use crate::{ClientError, Intent, Staff, Versioned};

/// More than the ciphertext of any document has, in bytes.
const CIPHERTEXT_BYTES: usize = 64 * 1024 * 1024;

/// Which tickets of the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// Only those in this state.
    pub state: Option<TicketState>,
    /// Only those of this kind.
    pub kind: Option<TicketKind>,
    /// Only those that the caller has claimed.
    pub mine: bool,
}

impl Staff {
    /// A page of the queue.
    pub async fn queue(
        &self,
        filter: &QueueFilter,
        cursor: Option<&str>,
    ) -> Result<Page<TicketLine>, ClientError> {
        self.ask(Method::GET, &["staff", "tickets"])
            .query("state", filter.state.map(TicketState::text))
            .query("kind", filter.kind.map(TicketKind::text))
            .query("mine", filter.mine.then_some("true"))
            .query("cursor", cursor)
            .read()
            .await
    }

    /// A ticket as staff see it.
    pub async fn ticket(&self, id: &str) -> Result<Versioned<StaffTicket>, ClientError> {
        self.ask(Method::GET, &["staff", "tickets", id]).read_versioned().await
    }

    /// Claims it: from then on what is stated and filed is shown.
    pub async fn claim(&self, id: &str) -> Result<(), ClientError> {
        self.ask(Method::POST, &["staff", "tickets", id, "claim"]).done().await
    }

    /// Gives a claim back.
    pub async fn release(&self, id: &str) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["staff", "tickets", id, "claim"]).done().await
    }

    /// Decides, if the ticket still has that version.
    pub async fn decide(
        &self,
        id: &str,
        decision: &DecisionRequest,
        version: &str,
        intent: &Intent,
    ) -> Result<StaffTicket, ClientError> {
        self.ask(Method::POST, &["staff", "tickets", id, "decisions"])
            .if_match(version)
            .intent(intent)
            .json(decision)
            .read()
            .await
    }

    /// Marks a field that differs as another spelling of the same.
    pub async fn mark_variant(
        &self,
        id: &str,
        field: Field,
        reason: &str,
        version: &str,
    ) -> Result<(), ClientError> {
        let mark = MarkRequest { field, reason: reason.to_owned() };
        self.ask(Method::POST, &["staff", "tickets", id, "marks"]).if_match(version).json(&mark).done().await
    }

    /// Confirms another reviewer's mark.
    pub async fn confirm_variant(&self, id: &str, field: Field, version: &str) -> Result<(), ClientError> {
        self.ask(Method::POST, &["staff", "tickets", id, "mark-confirmations"])
            .if_match(version)
            .json(&ConfirmRequest { field })
            .done()
            .await
    }

    /// The documents of a ticket.
    pub async fn documents(&self, ticket: &str) -> Result<Vec<TicketDocument>, ClientError> {
        self.ask(Method::GET, &["staff", "tickets", ticket, "documents"]).read().await
    }

    /// Documents of open tickets that are sealed to an older list of keys.
    pub async fn stale_documents(&self) -> Result<Vec<TicketDocument>, ClientError> {
        self.ask(Method::GET, &["staff", "documents", "stale"]).read().await
    }

    /// A document's ciphertext. The download is in the center's audit log.
    pub async fn download(&self, document: &str) -> Result<Zeroizing<Vec<u8>>, ClientError> {
        self.ask(Method::GET, &["staff", "documents", document]).read_bytes(CIPHERTEXT_BYTES).await
    }
}
