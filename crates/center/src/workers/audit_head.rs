//! Once a day the end of the staff log is signed and written outside the database: into `audit-heads.jsonl` of the data folder
//! and as a line of the log, so that it leaves this machine with whatever takes these away.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use crate::Center;
use crate::clock::{DAY, Unix};
use crate::rules::audit::{self, SignedHead};
use crate::store::StoreError;

/// The file's name in the data folder.
pub const FILE: &str = "audit-heads.jsonl";

/// One round: nothing, if this server signed less than a day ago.
///
/// # Errors
/// When the database is away.
pub async fn sign(center: Arc<Center>) -> Result<(), StoreError> {
    let path = center.config.data.join(FILE);
    if last_signed(&path).is_some_and(|last| center.now() - last < DAY) {
        return Ok(());
    }
    let head = audit::sign_head(&center).await?;
    tracing::info!(
        number = head.number,
        hash = head.hash,
        signed_at = head.signed_at,
        signature = head.signature,
        "audit head"
    );
    let line = serde_json::to_string(&head).map_err(|_| StoreError::Invalid("audit_head"))?;
    let written =
        OpenOptions::new().create(true).append(true).open(&path).and_then(|mut file| {
            file.write_all(format!("{line}\n").as_bytes()).and_then(|()| file.sync_all())
        });
    if let Err(error) = written {
        tracing::error!(%error, path = %path.display(), "the signed head of the staff log cannot be written");
    }
    Ok(())
}

/// When the last line was signed; the file may be long, its end is enough.
fn last_signed(path: &Path) -> Option<Unix> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(1024))).ok()?;
    let mut end = String::new();
    file.read_to_string(&mut end).ok()?;
    let last = end.lines().rfind(|line| !line.is_empty())?;
    Some(serde_json::from_str::<SignedHead>(last).ok()?.signed_at)
}
