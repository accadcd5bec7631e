//! What centers last told of accounts, for the page to show while one does not answer.

use tauri::command;

use crate::{
    dto::{Failure, LastKnown},
    shell::{App, Shell, run},
};

#[command]
pub(crate) async fn center_last_known(shell: App<'_>) -> Result<Vec<LastKnown>, Failure> {
    run(&shell, Shell::last_known).await
}

#[command]
pub(crate) async fn center_keep_known(shell: App<'_>, known: LastKnown) -> Result<(), Failure> {
    run(&shell, move |shell| shell.keep_known(known)).await
}
