//! The trial center and its inbox.

use tauri::command;

use crate::{
    center::call,
    dto::{CenterRow, DemoMessage, ErrorCode, Failure, TrialState},
    shell::{App, run},
};

#[command]
pub(crate) async fn center_trial(shell: App<'_>) -> Result<TrialState, Failure> {
    call(&shell).trial().await
}

#[command]
pub(crate) async fn center_start_trial(shell: App<'_>) -> Result<CenterRow, Failure> {
    call(&shell).start_trial().await
}

#[command]
pub(crate) async fn center_reset_trial(shell: App<'_>) -> Result<CenterRow, Failure> {
    call(&shell).reset_trial().await
}

#[command]
pub(crate) async fn center_stop_trial(shell: App<'_>) -> Result<(), Failure> {
    call(&shell).stop_trial().await;
    Ok(())
}

#[command]
pub(crate) async fn center_inbox(shell: App<'_>) -> Result<Vec<DemoMessage>, Failure> {
    call(&shell).inbox().await
}

#[command]
pub(crate) async fn center_read_inbox(shell: App<'_>, messages: Vec<String>) -> Result<(), Failure> {
    call(&shell).read_inbox(messages).await
}

/// Opens a link that stands in a message of the trial center; no other.
#[command]
pub(crate) async fn center_open_inbox_link(
    shell: App<'_>,
    message: String,
    link: String,
) -> Result<(), Failure> {
    let link = call(&shell).inbox_link(&message, &link).await?;
    run(&shell, move |_| {
        open::that_detached(&link).map_err(|error| {
            Failure::with(ErrorCode::Io, format!("The system's browser did not start: {error}"), link)
        })
    })
    .await
}
