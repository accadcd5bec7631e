//! Writing and filing tickets.

use tauri::command;
use tessera_center_api::{
    Hidden,
    account::Language,
    ticket::{CodeSent, Ticket, TicketFiling},
};

use crate::{
    center::{
        flows::{Flow, Purpose, gone},
        request,
        requests::key,
        tickets::statement_of,
    },
    commands::center::code,
    dto::{AccountRef, ErrorCode, Failure, FiledTicket, Sealed, TicketDraft, TicketDraftEdit},
    shell::{App, Shell, held, run},
};

#[command]
pub(crate) async fn ticket_drafts(shell: App<'_>) -> Result<Vec<TicketDraft>, Failure> {
    run(&shell, Shell::ticket_drafts).await
}

#[command]
pub(crate) async fn ticket_save_draft(
    shell: App<'_>,
    draft: TicketDraftEdit,
) -> Result<TicketDraft, Failure> {
    run(&shell, move |shell| shell.save_draft(draft)).await
}

#[command]
pub(crate) async fn ticket_drop_draft(shell: App<'_>, id: String) -> Result<(), Failure> {
    run(&shell, move |shell| shell.drop_draft(&id)).await
}

#[command]
pub(crate) async fn ticket_file(shell: App<'_>, draft: String, request: u32) -> Result<Ticket, Failure> {
    let key = key(&("file", &draft));
    self::request(&shell, request, key, move |call| async move {
        let (id, draft) = call.draft(&draft).await?;
        let account = draft.place.account.ok_or_else(|| {
            Failure::new(ErrorCode::InvalidRequest, "This draft is for a ticket without an account.")
        })?;
        let who = AccountRef { center: draft.place.center.clone(), account };
        let session = call.session(&who).await?;
        let ticket = session.new_ticket(statement_of(&draft)?, &call.intent()).await;
        let ticket = call.heed(&who, ticket).await?;
        call.filed(id).await?;
        Ok(ticket)
    })
    .await
}

#[command]
pub(crate) async fn ticket_begin_filing(
    shell: App<'_>,
    draft: String,
    language: Language,
    request: u32,
) -> Result<CodeSent, Failure> {
    let key = key(&("begin-filing", &draft, language));
    self::request(&shell, request, key, move |call| async move {
        let (id, draft) = call.draft(&draft).await?;
        let (center, client) = call.center(&draft.place.center).await?;
        let filing = TicketFiling {
            statement: statement_of(&draft)?,
            contact: Hidden::new(draft.contact.trim()),
            language: language.text().to_owned(),
        };
        let opened = client.file_ticket(&filing, &call.intent()).await?;
        let flow = Flow { center, token: opened.flow, purpose: Purpose::Filing };
        held(&call.shell.center.filings).insert(id, flow);
        Ok(CodeSent { again_at: opened.again_at })
    })
    .await
}

#[command]
pub(crate) async fn ticket_resend_filing(
    shell: App<'_>,
    draft: String,
    request: u32,
) -> Result<CodeSent, Failure> {
    let key = key(&("resend-filing", &draft));
    self::request(&shell, request, key, move |call| async move {
        let (id, draft) = call.draft(&draft).await?;
        let flow = held(&call.shell.center.filings).get(&id).cloned().ok_or_else(gone)?;
        let (_, client) = call.center(&draft.place.center).await?;
        Ok(client.resend_filing_code(flow.token).await?)
    })
    .await
}

#[command]
pub(crate) async fn ticket_prove_filing(
    shell: App<'_>,
    draft: String,
    code: Sealed,
    request: u32,
) -> Result<FiledTicket, Failure> {
    let code = self::code(&shell, &code)?;
    let key = key(&("prove-filing", &draft, &code));
    self::request(&shell, request, key, move |call| async move {
        let (id, draft) = call.draft(&draft).await?;
        let flow = held(&call.shell.center.filings).get(&id).cloned().ok_or_else(gone)?;
        let (center, client) = call.center(&draft.place.center).await?;
        let filed = client.prove_filing(flow.token, code, &call.intent()).await?;
        call.filed_without_account(id, center, &filed.ticket, &filed.query_code).await?;
        held(&call.shell.center.filings).remove(&id);
        // Shown this once, to be written down.
        Ok(FiledTicket { query_code: filed.query_code.expose_secret().to_owned(), ticket: filed.ticket })
    })
    .await
}
