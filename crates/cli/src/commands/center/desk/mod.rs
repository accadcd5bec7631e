//! The review desk, for staff. Documents are looked at in the app alone, which shows them in memory: nothing here writes one.

mod joining;
mod keys;
mod review;

use std::collections::HashMap;
use std::future::Future;

use tessera_center_api::ErrorCode as Reason;
use tessera_center_api::ticket::Verdict;
use tessera_center_client::{ClientError, Staff, StaffToken};
use tessera_vault::RecordId;

use super::{Context, done};
use crate::center::failure::client_failure;
use crate::center::{At, Centers, choose};
use crate::failure::{Code, Failure};
use crate::text::safe;

/// What to do there.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Desk {
    /// Take the invitation of a new staff member: a password, and an MFA device straight into this vault
    Join(joining::JoinArgs),
    /// Sign in, always with password and code
    SignIn(joining::SignInArgs),
    /// Sign out
    SignOut,
    /// Make the reviewer's key in this vault, if there is none, and ask for it to be listed
    RegisterKey,
    /// Seal the documents of open tickets anew, after the list of reviewers' keys has changed
    Reseal,
    /// List the tickets that wait
    Queue(review::QueueArgs),
    /// Show a ticket; what is stated and filed, once it is claimed
    Show(TicketArg),
    /// Claim a ticket
    Claim(TicketArg),
    /// Give a claim back
    Release(TicketArg),
    /// Approve a claimed ticket
    Approve(review::DecideArgs),
    /// Reject a claimed ticket
    Reject(review::DecideArgs),
    /// Ask the applicant for more
    Ask(review::DecideArgs),
    /// Mark a stated value that differs as another spelling of the same
    Mark(review::MarkArgs),
    /// Confirm another reviewer's mark
    ConfirmMark(review::ConfirmArgs),
    /// Print the log of what staff did, the newest first
    History(review::HistoryArgs),
}

/// Which ticket.
#[derive(Debug, clap::Args)]
pub(crate) struct TicketArg {
    /// Its number
    ticket: String,
}

/// A staff member who is signed in.
struct AtDesk<'a> {
    centers: Centers<'a>,
    center: RecordId,
    staff: Staff,
}

impl<'a> AtDesk<'a> {
    fn open(context: &'a Context, at: &'a At) -> Result<Self, Failure> {
        let centers = Centers::open(context, at)?;
        let center = chosen(&centers)?;
        let session = centers.record(center)?.staff.first().and_then(|staff| staff.session.as_ref());
        // It goes to its center with each request.
        let token = session.map(|session| StaffToken::new(session.expose_secret()));
        let token = token.ok_or_else(|| {
            Failure::new(Code::NotSignedIn, "No staff member is signed in there.")
                .with_advice("`tessera center desk sign-in` begins a session.")
        })?;
        let staff = centers.client(center)?.as_staff(token);
        Ok(Self { centers, center, staff })
    }

    /// Asks as staff. A session that turns out to have ended is dropped.
    fn ask<T, F: Future<Output = Result<T, ClientError>>>(
        &mut self,
        ask: impl FnOnce(Staff) -> F,
    ) -> Result<T, Failure> {
        let answer = self.centers.runtime().block_on(ask(self.staff.clone()));
        answer.map_err(|error| {
            if error.code() == Some(Reason::NotSignedIn) {
                // A vault that cannot be written keeps a token that is good for nothing.
                let _ = self.drop_session();
                return Failure::new(Code::NotSignedIn, "The session of staff has ended.")
                    .with_advice("`tessera center desk sign-in` begins another one.");
            }
            client_failure(&error)
        })
    }

    /// The names of staff by their numbers. Without them numbers stand there: what was asked or done is told all the same.
    fn names(&mut self) -> Names {
        let members = self.ask(|staff| async move { staff.members().await }).unwrap_or_default();
        Names(members.into_iter().map(|one| (one.id, one.name)).collect())
    }

    fn drop_session(&mut self) -> Result<(), Failure> {
        self.centers.edit(self.center, |record| {
            for staff in &mut record.staff {
                staff.session = None;
            }
        })
    }
}

/// Who staff are. JSON has their numbers.
struct Names(HashMap<String, String>);

impl Names {
    /// The name, fit to be printed; the number of one who is not known.
    fn of(&self, id: &str) -> String {
        safe(self.0.get(id).map_or(id, String::as_str))
    }
}

/// The center that is meant; without a word, the only one where staff are known.
fn chosen(centers: &Centers<'_>) -> Result<RecordId, Failure> {
    if centers.at.center.is_none() {
        let known: Vec<RecordId> = centers
            .vault
            .centers()
            .filter(|(_, record)| !record.staff.is_empty())
            .map(|(id, _)| id)
            .collect();
        if let [only] = known.as_slice() {
            return Ok(*only);
        }
    }
    choose::center(&centers.vault, centers.at.center.as_deref())
}

/// Does it.
pub(crate) fn run(args: &Desk, context: &Context, at: &At) -> Result<(), Failure> {
    match args {
        Desk::Join(args) => joining::join(args, context, at),
        Desk::SignIn(args) => joining::sign_in(args, context, at),
        Desk::SignOut => {
            let mut desk = AtDesk::open(context, at)?;
            // A center that cannot be reached ends the session by itself.
            let _ = desk.ask(|staff| async move { staff.sign_out().await });
            desk.drop_session()?;
            done(context, "signed_out", "Signed out of the review desk.")
        }
        Desk::RegisterKey => keys::register_key(context, at),
        Desk::Reseal => keys::reseal_all(context, at),
        Desk::Queue(args) => review::queue(args, context, at),
        Desk::Show(TicketArg { ticket }) => review::show(ticket, context, at),
        Desk::Claim(TicketArg { ticket }) => {
            AtDesk::open(context, at)?.ask(|staff| async move { staff.claim(ticket).await })?;
            done(context, "claimed", "The ticket is claimed; `desk show` shows what is stated and filed.")
        }
        Desk::Release(TicketArg { ticket }) => {
            AtDesk::open(context, at)?.ask(|staff| async move { staff.release(ticket).await })?;
            done(context, "released", "The claim was given back.")
        }
        Desk::Approve(args) => review::decide(args, Verdict::Approve, context, at),
        Desk::Reject(args) => review::decide(args, Verdict::Reject, context, at),
        Desk::Ask(args) => review::decide(args, Verdict::AskMore, context, at),
        Desk::Mark(args) => {
            let mut desk = AtDesk::open(context, at)?;
            let version = desk.ask(|staff| async move { staff.ticket(&args.ticket).await })?.version;
            desk.ask(|staff| async move {
                staff.mark_variant(&args.ticket, args.field, &args.reason, &version).await
            })?;
            done(context, "marked", "Marked; another reviewer has to confirm it.")
        }
        Desk::ConfirmMark(args) => {
            let mut desk = AtDesk::open(context, at)?;
            let version = desk.ask(|staff| async move { staff.ticket(&args.ticket).await })?.version;
            desk.ask(|staff| async move { staff.confirm_variant(&args.ticket, args.field, &version).await })?;
            done(context, "confirmed", "Confirmed.")
        }
        Desk::History(args) => review::history(args, context, at),
    }
}
