//! Following tickets, and moving them on.

use tauri::command;
use tessera_center_api::{
    Page,
    ticket::{CodeSent, OldFactor, Statement, Ticket, TicketLine},
};
use tessera_center_client::{Applicant, ClientError, Intent, QueryCode};

use crate::{
    center::{
        ask, request,
        requests::{Key, key},
    },
    commands::center::code,
    dto::{AccountRef, CenterId, ErrorCode, Failure, FollowedTicket, Sealed, TicketPlace, TicketRef},
    shell::{App, Shell, run},
};

/// One request about a ticket, as whoever follows it.
async fn about<T, F>(
    shell: &App<'_>,
    number: u32,
    key: Key,
    ticket: TicketRef,
    ask: impl FnOnce(Applicant, String, Intent) -> F + Send + 'static,
) -> Result<T, Failure>
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, ClientError>> + Send,
{
    request(shell, number, key, move |call| async move {
        let applicant = call.applicant(&ticket).await?;
        let answer = ask(applicant, ticket.id.clone(), call.intent()).await;
        call.heed_ticket(&ticket, answer).await
    })
    .await
}

/// The same for what answers with the ticket, whose state is noted.
async fn moved<F>(
    shell: &App<'_>,
    number: u32,
    key: Key,
    ticket: TicketRef,
    ask: impl FnOnce(Applicant, String, Intent) -> F + Send + 'static,
) -> Result<Ticket, Failure>
where
    F: Future<Output = Result<Ticket, ClientError>> + Send,
{
    request(shell, number, key, move |call| async move {
        let applicant = call.applicant(&ticket).await?;
        let answer = ask(applicant, ticket.id.clone(), call.intent()).await;
        let answer = call.heed_ticket(&ticket, answer).await?;
        call.saw_ticket(&ticket, &answer).await?;
        Ok(answer)
    })
    .await
}

#[command]
pub(crate) async fn ticket_list(
    shell: App<'_>,
    place: TicketPlace,
    cursor: Option<String>,
    request: u32,
) -> Result<Page<TicketLine>, Failure> {
    let key = key(&("tickets", &place, &cursor));
    let account = place.account.ok_or_else(|| {
        Failure::new(ErrorCode::InvalidRequest, "Tickets without an account are followed one by one.")
    })?;
    let who = AccountRef { center: place.center, account };
    let list = move |session: tessera_center_client::Session, _| async move {
        session.tickets(cursor.as_deref()).await
    };
    ask(&shell, request, key, who, list, |page| page).await
}

#[command]
pub(crate) async fn ticket_read(shell: App<'_>, ticket: TicketRef, request: u32) -> Result<Ticket, Failure> {
    let key = key(&("ticket", &ticket));
    moved(&shell, request, key, ticket, |applicant, id, _| async move { applicant.ticket(&id).await }).await
}

#[command]
pub(crate) async fn ticket_followed(shell: App<'_>) -> Result<Vec<FollowedTicket>, Failure> {
    run(&shell, Shell::followed).await
}

#[command]
pub(crate) async fn ticket_query(
    shell: App<'_>,
    center: CenterId,
    code: Sealed,
    keep: bool,
    request: u32,
) -> Result<Ticket, Failure> {
    let code = QueryCode::new(shell.unseal(&code)?.trim());
    // Told by its code, of which only a digest is kept.
    let key = key(&("query", &center, code.expose_secret(), keep));
    self::request(&shell, request, key, move |call| async move {
        let (id, client) = call.center(&center).await?;
        let ticket = client.query_ticket(&code).await?;
        if keep {
            call.keep_following(id, &ticket, &code).await?;
        }
        Ok(ticket)
    })
    .await
}

#[command]
pub(crate) async fn ticket_unfollow(shell: App<'_>, ticket: TicketRef) -> Result<(), Failure> {
    run(&shell, move |shell| shell.unfollow(&ticket)).await
}

#[command]
pub(crate) async fn ticket_query_code(shell: App<'_>, ticket: TicketRef) -> Result<String, Failure> {
    run(&shell, move |shell| shell.query_code(&ticket)).await
}

#[command]
pub(crate) async fn ticket_restate(
    shell: App<'_>,
    ticket: TicketRef,
    statement: Statement,
    request: u32,
) -> Result<Ticket, Failure> {
    let key = key(&("restate", &ticket, &statement));
    moved(
        &shell,
        request,
        key,
        ticket,
        |applicant, id, _| async move { applicant.restate(&id, statement).await },
    )
    .await
}

#[command]
pub(crate) async fn ticket_send_contact_code(
    shell: App<'_>,
    ticket: TicketRef,
    request: u32,
) -> Result<CodeSent, Failure> {
    let key = key(&("send-contact-code", &ticket));
    about(&shell, request, key, ticket, |applicant, id, _| async move {
        applicant.send_new_contact_code(&id).await
    })
    .await
}

#[command]
pub(crate) async fn ticket_prove_contact(
    shell: App<'_>,
    ticket: TicketRef,
    code: Sealed,
    request: u32,
) -> Result<(), Failure> {
    let code = self::code(&shell, &code)?;
    let key = key(&("prove-contact", &ticket, &code));
    about(&shell, request, key, ticket, |applicant, id, _| async move {
        applicant.prove_new_contact(&id, code).await
    })
    .await
}

#[command]
pub(crate) async fn ticket_send_factor_code(
    shell: App<'_>,
    ticket: TicketRef,
    factor: OldFactor,
    request: u32,
) -> Result<CodeSent, Failure> {
    let key = key(&("send-factor-code", &ticket, factor));
    about(&shell, request, key, ticket, move |applicant, id, _| async move {
        applicant.send_old_factor_code(&id, factor).await
    })
    .await
}

#[command]
pub(crate) async fn ticket_prove_factor(
    shell: App<'_>,
    ticket: TicketRef,
    factor: OldFactor,
    code: Sealed,
    request: u32,
) -> Result<(), Failure> {
    let code = self::code(&shell, &code)?;
    let key = key(&("prove-factor", &ticket, factor, &code));
    about(&shell, request, key, ticket, move |applicant, id, _| async move {
        applicant.prove_old_factor(&id, factor, code).await
    })
    .await
}

#[command]
pub(crate) async fn ticket_submit(
    shell: App<'_>,
    ticket: TicketRef,
    request: u32,
) -> Result<Ticket, Failure> {
    let key = key(&("submit", &ticket));
    moved(&shell, request, key, ticket, |applicant, id, intent| async move {
        applicant.submit(&id, &intent).await
    })
    .await
}

#[command]
pub(crate) async fn ticket_withdraw(
    shell: App<'_>,
    ticket: TicketRef,
    request: u32,
) -> Result<Ticket, Failure> {
    let key = key(&("withdraw", &ticket));
    moved(&shell, request, key, ticket, |applicant, id, intent| async move {
        applicant.withdraw(&id, &intent).await
    })
    .await
}
