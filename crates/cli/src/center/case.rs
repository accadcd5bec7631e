//! A ticket that is followed: as whom the center is asked about it, and what the vault notes of it.

use std::future::Future;

use tessera_center_api::ErrorCode as Reason;
use tessera_center_api::ticket::Ticket;
use tessera_center_client::{Applicant, Center, ClientError, PinnedKeys, QueryCode};
use tessera_vault::{KeptSecret, RecordId, TicketRecord, TicketSeen};

use super::failure::{client_failure, root_key_failure};
use super::signed::Signed;
use super::{At, Centers, choose, now, number};
use crate::clock;
use crate::commands::Context;
use crate::failure::{Code, Failure};
use crate::open;

/// A ticket, and who asks about it: the account that is signed in, or the holder of its query code.
pub(crate) struct Case<'a> {
    pub(crate) centers: Centers<'a>,
    pub(crate) center: RecordId,
    pub(crate) client: Center,
    pub(crate) applicant: Applicant,
    /// The account that it was filed from; none for one that is followed by its code.
    pub(crate) account: Option<u64>,
    pub(crate) id: String,
}

impl<'a> Case<'a> {
    /// A ticket by its number: one that the vault follows, else one of the account that is meant.
    pub(crate) fn open(context: &'a Context, at: &'a At, ticket: &str) -> Result<Self, Failure> {
        let centers = Centers::open(context, at)?;
        let wanted = at.center.as_deref();
        let wanted = wanted.map(|wanted| choose::center(&centers.vault, Some(wanted))).transpose()?;
        let ids = centers.vault.centers().map(|(id, _)| id);
        let followed = ids
            .filter(|id| wanted.is_none_or(|wanted| wanted == *id))
            .find_map(|id| {
                let (_, record) = centers.vault.followed_ticket(id, ticket)?;
                Some((id, record.query_code.clone()?))
            })
            // An account that is named is meant, also when somebody follows the ticket here.
            .filter(|_| at.account.is_none());
        match followed {
            Some((center, code)) => {
                let client = centers.client(center)?;
                // The center knows the ticket by it.
                let applicant = client.as_holder_of(QueryCode::new(code.expose_secret()));
                Ok(Self { centers, center, client, applicant, account: None, id: ticket.to_owned() })
            }
            None => Self::of_account(Signed::of(centers)?, ticket),
        }
    }

    /// A ticket of a signed-in account.
    pub(crate) fn of_account(signed: Signed<'a>, ticket: &str) -> Result<Self, Failure> {
        let applicant = signed.session().as_applicant();
        let (center, account) = (signed.center, signed.account);
        let centers = signed.centers;
        let client = centers.client(center)?;
        Ok(Self { centers, center, client, applicant, account: Some(account), id: ticket.to_owned() })
    }

    /// Asks about it. A session that turns out to have ended is dropped.
    pub(crate) fn ask<T, F: Future<Output = Result<T, ClientError>>>(
        &mut self,
        ask: impl FnOnce(Applicant, String) -> F,
    ) -> Result<T, Failure> {
        let answer = self.centers.runtime().block_on(ask(self.applicant.clone(), self.id.clone()));
        self.heed(answer)
    }

    /// What an answer came to.
    pub(crate) fn heed<T>(&mut self, answer: Result<T, ClientError>) -> Result<T, Failure> {
        answer.map_err(|error| {
            if let (Some(account), Some(Reason::NotSignedIn)) = (self.account, error.code()) {
                // A vault that cannot be written keeps a token that is good for nothing.
                let _ = self.centers.edit(self.center, |record| record.account_mut(account).session = None);
            }
            client_failure(&error)
        })
    }

    /// Asks for what answers with the ticket, and notes how it stands now.
    pub(crate) fn moved<F: Future<Output = Result<Ticket, ClientError>>>(
        &mut self,
        ask: impl FnOnce(Applicant, String) -> F,
    ) -> Result<Ticket, Failure> {
        let ticket = self.ask(ask)?;
        if self.account.is_none()
            && let Some((id, record)) = self.centers.vault.followed_ticket(self.center, &self.id)
        {
            let record = TicketRecord { seen: Some(seen(&ticket)), ..record.clone() };
            self.centers.vault.put_ticket_record(Some(id), record).map_err(open::vault_failure)?;
        }
        Ok(ticket)
    }

    /// The reviewers' keys, verified; their version is remembered, so that no older list is taken again.
    pub(crate) fn pinned_keys(&mut self) -> Result<PinnedKeys, Failure> {
        pinned_keys(&mut self.centers, self.center, &self.client)
    }
}

/// The verified list of a center.
pub(crate) fn pinned_keys(
    centers: &mut Centers<'_>,
    center: RecordId,
    client: &Center,
) -> Result<PinnedKeys, Failure> {
    let seen = centers.record(center)?.list_version;
    let keys = client.key_list(now(), i64::try_from(seen).unwrap_or(i64::MAX));
    let keys = centers.runtime().block_on(keys).map_err(|error| root_key_failure(&error))?;
    let version = number(keys.version());
    if version > seen {
        centers.edit(center, |record| record.list_version = record.list_version.max(version))?;
    }
    Ok(keys)
}

/// How a ticket stands, as the vault notes it.
fn seen(ticket: &Ticket) -> TicketSeen {
    TicketSeen {
        state: ticket.state.text().to_owned(),
        created: number(ticket.created_at),
        at: clock::unix_now(),
    }
}

/// The record of a ticket that is followed by its code.
pub(crate) fn followed(center: RecordId, ticket: &Ticket, code: &QueryCode) -> TicketRecord {
    TicketRecord {
        center,
        account: None,
        ticket: Some(ticket.id.clone()),
        // From here on the vault keeps it.
        query_code: Some(KeptSecret::new(code.expose_secret())),
        kind: ticket.kind.text().to_owned(),
        draft: None,
        changed: clock::unix_now(),
        seen: Some(seen(ticket)),
    }
}

/// The vault follows no such ticket.
pub(crate) fn no_ticket() -> Failure {
    Failure::new(Code::NotFound, "This vault follows no such ticket.")
        .with_advice("`tessera center ticket list` shows those it follows.")
}
