//! Tickets in the shell: drafts and followed ones in the vault, and as whom the center is asked about one.

use tessera_center_api::ticket::{Statement, Ticket, TicketKind, TicketState};
use tessera_center_client::{Applicant, QueryCode, TicketDraft as Written};
use tessera_vault::{KeptSecret, RecordId, TicketRecord, TicketSeen, Vault};

use super::{
    Call,
    connections::{no_center, record_id},
    sessions::number,
};
use crate::{
    dto::{
        AccountRef, ErrorCode, Failure, FollowedTicket, TicketDraft, TicketDraftEdit, TicketPlace, TicketRef,
    },
    shell::Shell,
};

fn no_draft() -> Failure {
    Failure::new(ErrorCode::CenterNoSuchThing, "This draft is not in the vault (any more).")
}

fn no_ticket() -> Failure {
    Failure::new(ErrorCode::CenterNoSuchThing, "This vault does not follow such a ticket (any more).")
}

fn draft_of(id: RecordId, record: &TicketRecord) -> Option<TicketDraft> {
    // What was typed, for the form that it was typed into.
    let written = Written::from_text(record.draft.as_ref()?.expose_secret())?;
    Some(TicketDraft {
        id: id.to_string(),
        place: TicketPlace {
            center: record.center.to_string(),
            account: record.account.and_then(|account| i64::try_from(account).ok()),
        },
        kind: TicketKind::from_text(&record.kind)?,
        statement: written.statement,
        contact: written.contact,
        saved_at: record.changed,
    })
}

fn followed_of(record: &TicketRecord) -> Option<FollowedTicket> {
    let seen = record.seen.as_ref()?;
    record.query_code.as_ref()?;
    Some(FollowedTicket {
        ticket: TicketRef { center: record.center.to_string(), account: None, id: record.ticket.clone()? },
        kind: TicketKind::from_text(&record.kind)?,
        state: TicketState::from_text(&seen.state)?,
        created_at: seen.created,
        seen_at: seen.at,
    })
}

/// How a ticket stands, as the vault notes it.
pub(crate) fn seen(ticket: &Ticket, now: u64) -> TicketSeen {
    TicketSeen { state: ticket.state.text().to_owned(), created: number(ticket.created_at), at: now }
}

/// The record of a ticket that is followed by its code.
fn follow(vault: &Vault, center: RecordId, ticket: &str) -> Option<(RecordId, TicketRecord)> {
    vault.followed_ticket(center, ticket).map(|(id, record)| (id, record.clone()))
}

/// The statement that a draft makes, or which field keeps it from being one.
pub(crate) fn statement_of(draft: &TicketDraft) -> Result<Statement, Failure> {
    let written = Written { statement: draft.statement.clone(), contact: String::new() };
    written.statement(draft.kind).map_err(|_| {
        // The document's type is the one field that is a choice.
        Failure::with(
            ErrorCode::CenterInvalidValue,
            "A field of the statement is missing or cannot be meant.",
            "/statement/document_type",
        )
    })
}

impl Shell {
    /// The tickets being written.
    pub(crate) fn ticket_drafts(&self) -> Result<Vec<TicketDraft>, Failure> {
        self.with_vault(|open| {
            Ok(open.vault.ticket_records().filter_map(|(id, record)| draft_of(id, record)).collect())
        })
    }

    /// Keeps a draft.
    pub(crate) fn save_draft(&self, edit: TicketDraftEdit) -> Result<TicketDraft, Failure> {
        let TicketDraftEdit { id, place, kind, statement, contact } = edit;
        let id: Option<RecordId> = id.map(|id| id.parse()).transpose().map_err(|_| no_draft())?;
        let text = Written { statement, contact }.to_text();
        let text =
            text.map_err(|error| Failure::field("statement", format!("Nothing was kept: {error}.")))?;
        let record = TicketRecord {
            center: record_id(&place.center)?,
            account: place.account.map(number),
            ticket: None,
            query_code: None,
            kind: kind.text().to_owned(),
            draft: Some(KeptSecret::new(text.as_str())),
            changed: self.clock.unix(),
            seen: None,
        };
        self.with_vault(|open| {
            let id = open.vault.put_ticket_record(id, record)?;
            let kept = open.vault.ticket_records().find(|(other, _)| *other == id);
            kept.and_then(|(id, record)| draft_of(id, record)).ok_or_else(no_draft)
        })
    }

    /// Forgets a draft.
    pub(crate) fn drop_draft(&self, id: &str) -> Result<(), Failure> {
        let id = id.parse().map_err(|_| no_draft())?;
        self.with_vault(|open| Ok(open.vault.remove_ticket_record(id)?))
    }

    /// The tickets without an account that this vault follows.
    pub(crate) fn followed(&self) -> Result<Vec<FollowedTicket>, Failure> {
        self.with_vault(|open| {
            Ok(open.vault.ticket_records().filter_map(|(_, record)| followed_of(record)).collect())
        })
    }

    /// Forgets a followed ticket and its code.
    pub(crate) fn unfollow(&self, ticket: &TicketRef) -> Result<(), Failure> {
        let center = record_id(&ticket.center)?;
        self.with_vault(|open| {
            let (id, _) = follow(&open.vault, center, &ticket.id).ok_or_else(no_ticket)?;
            Ok(open.vault.remove_ticket_record(id)?)
        })
    }

    /// The query code that the vault keeps, to be shown once more.
    pub(crate) fn query_code(&self, ticket: &TicketRef) -> Result<String, Failure> {
        let center = record_id(&ticket.center)?;
        self.with_vault(|open| {
            let (_, record) = follow(&open.vault, center, &ticket.id).ok_or_else(no_ticket)?;
            // The person asked to see it.
            Ok(record.query_code.ok_or_else(no_ticket)?.expose_secret().to_owned())
        })
    }
}

impl Call {
    /// A draft, and its record's id.
    pub(crate) async fn draft(&self, id: &str) -> Result<(RecordId, TicketDraft), Failure> {
        let id: RecordId = id.parse().map_err(|_| no_draft())?;
        self.vault(move |open| {
            let found = open.vault.ticket_records().find(|(other, _)| *other == id);
            let draft = found.and_then(|(id, record)| draft_of(id, record)).ok_or_else(no_draft)?;
            Ok((id, draft))
        })
        .await
    }

    /// The draft is a ticket at the center now.
    pub(crate) async fn filed(&self, id: RecordId) -> Result<(), Failure> {
        self.vault(move |open| Ok(open.vault.remove_ticket_record(id)?)).await
    }

    /// The draft is a ticket without an account now: the vault follows it.
    pub(crate) async fn filed_without_account(
        &self,
        id: RecordId,
        center: RecordId,
        ticket: &Ticket,
        code: &QueryCode,
    ) -> Result<(), Failure> {
        let record = self.record_of(center, ticket, code);
        self.vault(move |open| {
            open.vault.put_ticket_record(Some(id), record)?;
            Ok(())
        })
        .await
    }

    fn record_of(&self, center: RecordId, ticket: &Ticket, code: &QueryCode) -> TicketRecord {
        let now = self.shell.clock.unix();
        TicketRecord {
            center,
            account: None,
            ticket: Some(ticket.id.clone()),
            // From here on the vault keeps it.
            query_code: Some(KeptSecret::new(code.expose_secret())),
            kind: ticket.kind.text().to_owned(),
            draft: None,
            changed: now,
            seen: Some(seen(ticket, now)),
        }
    }

    /// Follows a ticket that was found by its code.
    pub(crate) async fn keep_following(
        &self,
        center: RecordId,
        ticket: &Ticket,
        code: &QueryCode,
    ) -> Result<(), Failure> {
        let record = self.record_of(center, ticket, code);
        let number = ticket.id.clone();
        self.vault(move |open| {
            let known = follow(&open.vault, center, &number).map(|(id, _)| id);
            open.vault.put_ticket_record(known, record)?;
            Ok(())
        })
        .await
    }

    /// Notes how a followed ticket stands now.
    pub(crate) async fn saw_ticket(&self, by: &TicketRef, ticket: &Ticket) -> Result<(), Failure> {
        if by.account.is_some() {
            return Ok(());
        }
        let (center, number, seen) =
            (record_id(&by.center)?, ticket.id.clone(), seen(ticket, self.shell.clock.unix()));
        self.vault(move |open| {
            let Some((id, record)) = follow(&open.vault, center, &number) else { return Ok(()) };
            let record = TicketRecord { seen: Some(seen), ..record };
            open.vault.put_ticket_record(Some(id), record)?;
            Ok(())
        })
        .await
    }

    /// The one who asks about a ticket.
    pub(crate) async fn applicant(&self, ticket: &TicketRef) -> Result<Applicant, Failure> {
        if let Some(who) = account_of(ticket) {
            return Ok(self.session(&who).await?.as_applicant());
        }
        let (id, client) = self.center(&ticket.center).await?;
        let number = ticket.id.clone();
        let code = self
            .vault(move |open| {
                open.vault.center(id).ok_or_else(no_center)?;
                let (_, record) = follow(&open.vault, id, &number).ok_or_else(no_ticket)?;
                record.query_code.ok_or_else(no_ticket)
            })
            .await?;
        // The center knows the ticket by it.
        Ok(client.as_holder_of(QueryCode::new(code.expose_secret())))
    }

    /// What a request about a ticket came to.
    pub(crate) async fn heed_ticket<T>(
        &self,
        ticket: &TicketRef,
        answer: Result<T, tessera_center_client::ClientError>,
    ) -> Result<T, Failure> {
        match account_of(ticket) {
            Some(who) => self.heed(&who, answer).await,
            None => Ok(answer?),
        }
    }
}

/// The account that a ticket was filed from.
pub(crate) fn account_of(ticket: &TicketRef) -> Option<AccountRef> {
    let account = ticket.account?;
    Some(AccountRef { center: ticket.center.clone(), account })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_was_typed_becomes_a_statement_when_it_is_whole() {
        let mut draft = TicketDraft {
            id: String::new(),
            place: TicketPlace { center: String::new(), account: Some(1) },
            kind: TicketKind::IdentityVerificationIndividual,
            statement: BTreeMap::from([
                ("name".to_owned(), " Alice ".to_owned()),
                ("document_type".to_owned(), String::new()),
                ("document_number".to_owned(), "L01".to_owned()),
            ]),
            contact: String::new(),
            saved_at: 0,
        };
        let failure = statement_of(&draft).unwrap_err();
        assert_eq!(failure.detail.as_deref(), Some("/statement/document_type"));
        draft.statement.insert("document_type".into(), "passport".into());
        let Statement::IdentityVerificationIndividual { name, .. } = statement_of(&draft).unwrap() else {
            panic!("another kind")
        };
        assert_eq!(name.expose_secret(), "Alice");
    }
}
