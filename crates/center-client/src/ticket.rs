//! Tickets, as their applicants file and follow them.

use reqwest::Method;
use tessera_center_api::ticket::{
    CodeProof, CodeSent, FactorProof, FactorRequest, FiledTicket, FilingOpened, FilingProof, FilingResend,
    LinkBinding, LinkOpened, LinkOpening, NewTicket, OldFactor, Statement, StatementChange, Ticket,
    TicketFiling, TicketLine, TicketQuery,
};
use tessera_center_api::{Hidden, Page};

use crate::{Applicant, Center, ClientError, Intent, QueryCode, Session};

/// A ticket that was filed without an account.
#[derive(Debug, Clone)]
pub struct Filed {
    /// The ticket, as a draft.
    pub ticket: Ticket,
    /// By which alone its applicant follows it.
    pub query_code: QueryCode,
}

impl Session {
    /// The tickets filed from this account.
    pub async fn tickets(&self, cursor: Option<&str>) -> Result<Page<TicketLine>, ClientError> {
        self.get(&["tickets"]).query("cursor", cursor).read().await
    }

    /// Begins a ticket, as a draft.
    pub async fn new_ticket(&self, statement: Statement, intent: &Intent) -> Result<Ticket, ClientError> {
        self.post(&["tickets"]).intent(intent).json(&NewTicket { statement }).read().await
    }
}

impl Center {
    /// Begins to file a ticket without an account: a code goes to the contact.
    pub async fn file_ticket(
        &self,
        filing: &TicketFiling,
        intent: &Intent,
    ) -> Result<FilingOpened, ClientError> {
        self.post(&["ticket-filings"]).intent(intent).json(filing).read().await
    }

    /// Has that code sent again.
    pub async fn resend_filing_code(&self, flow: Hidden) -> Result<CodeSent, ClientError> {
        self.post(&["ticket-filings", "code"]).json(&FilingResend { flow }).read().await
    }

    /// Proves the contact: from then on there is a draft.
    pub async fn prove_filing(
        &self,
        flow: Hidden,
        code: Hidden,
        intent: &Intent,
    ) -> Result<Filed, ClientError> {
        let proof = FilingProof { flow, code };
        let exchange = self.post(&["ticket-filings", "proof"]).intent(intent).json(&proof);
        let filed: FiledTicket = exchange.read().await?;
        Ok(Filed { query_code: QueryCode::of(&filed.query_code), ticket: filed.ticket })
    }

    /// How a ticket without an account stands.
    pub async fn query_ticket(&self, code: &QueryCode) -> Result<Ticket, ClientError> {
        // The center finds the ticket by it.
        let query = TicketQuery { query_code: Hidden::new(code.expose_secret()) };
        self.post(&["ticket-queries"]).json(&query).read().await
    }

    /// Opens the link of an executed ticket.
    pub async fn open_ticket_link(&self, token: Hidden, password: Hidden) -> Result<LinkOpened, ClientError> {
        self.post(&["ticket-links"]).json(&LinkOpening { token, password }).read().await
    }

    /// Binds the new device of an executed ticket.
    pub async fn bind_ticket_device(&self, flow: Hidden, codes: [Hidden; 2]) -> Result<(), ClientError> {
        self.post(&["ticket-links", "device"]).json(&LinkBinding { flow, codes }).done().await
    }
}

impl Applicant {
    /// The ticket.
    pub async fn ticket(&self, id: &str) -> Result<Ticket, ClientError> {
        self.ask(Method::GET, &["tickets", id]).read().await
    }

    /// States it anew, while it is a draft or more was asked for.
    pub async fn restate(&self, id: &str, statement: Statement) -> Result<Ticket, ClientError> {
        self.ask(Method::PUT, &["tickets", id, "statement"]).json(&StatementChange { statement }).read().await
    }

    /// Has a code sent to the new contact that the ticket asks for.
    pub async fn send_new_contact_code(&self, id: &str) -> Result<CodeSent, ClientError> {
        self.ask(Method::POST, &["tickets", id, "contact-codes"]).read().await
    }

    /// Proves the new contact.
    pub async fn prove_new_contact(&self, id: &str, code: Hidden) -> Result<(), ClientError> {
        self.ask(Method::POST, &["tickets", id, "contact-proof"]).json(&CodeProof { code }).done().await
    }

    /// Has a code sent to an old factor, which shortens the hold.
    pub async fn send_old_factor_code(&self, id: &str, factor: OldFactor) -> Result<CodeSent, ClientError> {
        self.ask(Method::POST, &["tickets", id, "factor-codes"]).json(&FactorRequest { factor }).read().await
    }

    /// Proves an old factor.
    pub async fn prove_old_factor(
        &self,
        id: &str,
        factor: OldFactor,
        code: Hidden,
    ) -> Result<(), ClientError> {
        self.ask(Method::POST, &["tickets", id, "factor-proof"])
            .json(&FactorProof { factor, code })
            .done()
            .await
    }

    /// Submits it, or hands in what was asked for.
    pub async fn submit(&self, id: &str, intent: &Intent) -> Result<Ticket, ClientError> {
        self.ask(Method::POST, &["tickets", id, "submission"]).intent(intent).read().await
    }

    /// Takes it back.
    pub async fn withdraw(&self, id: &str, intent: &Intent) -> Result<Ticket, ClientError> {
        self.ask(Method::POST, &["tickets", id, "withdrawal"]).intent(intent).read().await
    }

    /// Takes a document out of a ticket that may still be changed.
    pub async fn remove_document(&self, ticket: &str, document: &str) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["tickets", ticket, "documents", document]).done().await
    }
}
