//! The queue, tickets, documents and decisions.

use tauri::{command, ipc::Response};
use tessera_center_api::{
    Page,
    document::TicketDocument,
    ticket::{DecisionRequest, Field, TicketLine, Verdict},
};
use tessera_center_client::{ClientError, Intent, QueueFilter, Staff};

use crate::{
    center::{
        call, request,
        requests::{Key, key},
    },
    dto::{CenterId, DeskFilter, DeskTicket, Failure, OpenedDocument, PageRequest, ResealProgress},
    shell::{App, run},
};

/// One request of the staff member who is signed in.
async fn ask<T, F>(
    shell: &App<'_>,
    number: u32,
    key: Key,
    center: CenterId,
    ask: impl FnOnce(Staff, Intent) -> F + Send + 'static,
) -> Result<T, Failure>
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, ClientError>> + Send,
{
    request(shell, number, key, move |call| async move {
        let staff = call.staff(&center).await?;
        let answer = ask(staff, call.intent()).await;
        call.heed_staff(&center, answer).await
    })
    .await
}

#[command]
pub(crate) async fn desk_queue(
    shell: App<'_>,
    center: CenterId,
    filter: DeskFilter,
    cursor: Option<String>,
    request: u32,
) -> Result<Page<TicketLine>, Failure> {
    let key = key(&("desk-queue", &center, &filter, &cursor));
    let filter = QueueFilter { state: filter.state, kind: filter.kind, mine: filter.mine };
    ask(
        &shell,
        request,
        key,
        center,
        move |staff, _| async move { staff.queue(&filter, cursor.as_deref()).await },
    )
    .await
}

#[command]
pub(crate) async fn desk_ticket(
    shell: App<'_>,
    center: CenterId,
    id: String,
    request: u32,
) -> Result<DeskTicket, Failure> {
    let key = key(&("desk-ticket", &center, &id));
    self::request(&shell, request, key, move |call| async move {
        let staff = call.staff(&center).await?;
        let read = call.heed_staff(&center, staff.ticket(&id).await).await?;
        let documents = call.heed_staff(&center, staff.documents(&id).await).await?;
        call.shell.center.desk.saw(&documents);
        Ok(DeskTicket { ticket: read.value, version: read.version, documents })
    })
    .await
}

#[command]
pub(crate) async fn desk_claim(
    shell: App<'_>,
    center: CenterId,
    id: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("desk-claim", &center, &id));
    ask(&shell, request, key, center, move |staff, _| async move { staff.claim(&id).await }).await
}

#[command]
pub(crate) async fn desk_release(
    shell: App<'_>,
    center: CenterId,
    id: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("desk-release", &center, &id));
    ask(&shell, request, key, center, move |staff, _| async move { staff.release(&id).await }).await
}

#[command]
pub(crate) async fn desk_mark(
    shell: App<'_>,
    center: CenterId,
    id: String,
    version: String,
    field: Field,
    reason: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("desk-mark", &center, &id, &version, field, &reason));
    ask(&shell, request, key, center, move |staff, _| async move {
        staff.mark_variant(&id, field, &reason, &version).await
    })
    .await
}

#[command]
pub(crate) async fn desk_confirm_mark(
    shell: App<'_>,
    center: CenterId,
    id: String,
    version: String,
    field: Field,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("desk-confirm-mark", &center, &id, &version, field));
    ask(&shell, request, key, center, move |staff, _| async move {
        staff.confirm_variant(&id, field, &version).await
    })
    .await
}

#[command]
pub(crate) async fn desk_decide(
    shell: App<'_>,
    center: CenterId,
    id: String,
    version: String,
    verdict: Verdict,
    reason: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("desk-decide", &center, &id, &version, verdict, &reason));
    ask(&shell, request, key, center, move |staff, intent| async move {
        let decision = DecisionRequest { verdict, reason };
        staff.decide(&id, &decision, &version, &intent).await.map(drop)
    })
    .await
}

#[command]
pub(crate) async fn desk_open_document(
    shell: App<'_>,
    center: CenterId,
    document: String,
    request: u32,
) -> Result<OpenedDocument, Failure> {
    let key = key(&("desk-open-document", &center, &document));
    self::request(
        &shell,
        request,
        key,
        move |call| async move { call.open_document(&center, &document).await },
    )
    .await
}

#[command]
pub(crate) async fn desk_document_page(
    shell: App<'_>,
    document: String,
    page: PageRequest,
) -> Result<Response, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        Ok(Response::new(shell.center.desk.page(&document, page)?))
    })
    .await
}

#[command]
pub(crate) fn desk_close_document(shell: App<'_>, document: String) {
    shell.center.desk.close(&document);
}

#[command]
pub(crate) async fn desk_stale(
    shell: App<'_>,
    center: CenterId,
    request: u32,
) -> Result<Vec<TicketDocument>, Failure> {
    let key = key(&("desk-stale", &center));
    ask(&shell, request, key, center, |staff, _| async move { staff.stale_documents().await }).await
}

#[command]
pub(crate) async fn desk_reseal(shell: App<'_>, center: CenterId) -> Result<ResealProgress, Failure> {
    call(&shell).reseal(center).await
}

#[command]
pub(crate) fn desk_stop_reseal(shell: App<'_>) {
    shell.center.desk.stop_resealing();
}
