//! The reviewer's key, and the documents that are sealed to it.

use serde::Serialize;
use tessera_center_api::ErrorCode as Reason;
use tessera_center_api::document::TicketDocument;
use tessera_center_client::PinnedKeys;
use tessera_center_client::document::{Opened, ReviewerIdentity, reseal};
use tessera_vault::{CenterRecord, KeptSecret};

use super::{AtDesk, Context};
use crate::center::{At, case, once};
use crate::failure::{Code, Failure};

#[derive(Serialize)]
struct Key<'a> {
    recipient: &'a str,
}

#[derive(Serialize)]
struct Resealed {
    resealed: usize,
    failed: Vec<Left>,
}

#[derive(Serialize)]
struct Left {
    document: String,
    message: String,
}

fn identities(record: &CenterRecord) -> Vec<ReviewerIdentity> {
    // To open what was sealed to them; they go nowhere else.
    record.identities.iter().filter_map(|kept| ReviewerIdentity::from_text(kept.expose_secret())).collect()
}

/// The identity that is the last staff member's own: the one it registered; before that the newest one, if no other member
/// registered it.
fn own_identity(record: &CenterRecord) -> Option<ReviewerIdentity> {
    let mut all = identities(record);
    let mut staff = record.staff.iter();
    if let Some(key) = staff.next().and_then(|last| last.key.as_ref()) {
        let at = all.iter().position(|identity| identity.recipient() == *key)?;
        return Some(all.swap_remove(at));
    }
    all.pop().filter(|newest| !staff.any(|other| other.key.as_ref() == Some(&newest.recipient())))
}

/// Makes a key in the vault, if there is none that is the reviewer's own, and asks for it to be listed.
pub(super) fn register_key(context: &Context, at: &At) -> Result<(), Failure> {
    let mut desk = AtDesk::open(context, at)?;
    let mut made = None;
    let own = own_identity(desk.centers.record(desk.center)?).map(|own| own.recipient());
    let recipient = own.unwrap_or_else(|| {
        let new = ReviewerIdentity::generate();
        made = Some(new.to_text());
        new.recipient()
    });
    desk.centers.edit(desk.center, |record| {
        // From here on the vault keeps it.
        record.identities.extend(made.map(|new| KeptSecret::new(new.as_str())));
        if let Some(staff) = record.staff.first_mut() {
            staff.key = Some(recipient.clone());
        }
    })?;
    let wanted = recipient.as_str();
    let answer = desk.ask(|staff| async move { staff.register_key(wanted).await });
    match answer {
        // Registered already: just as wished.
        Err(failure) if failure.code == Code::Refused(Reason::WrongState) => {}
        answer => answer?,
    }
    if context.out.is_json() {
        return context.out.value(&Key { recipient: &recipient });
    }
    context.out.line(&recipient)?;
    context.out.note(
        "It counts when the holder of the staff root key has signed a list that names it. A backup of this vault holds its secret half.",
    );
    Ok(())
}

/// Seals every document anew whose keys have changed. One that cannot be is named, and the others go on.
pub(super) fn reseal_all(context: &Context, at: &At) -> Result<(), Failure> {
    let mut desk = AtDesk::open(context, at)?;
    let stale = desk.ask(|staff| async move { staff.stale_documents().await })?;
    let mut done = Resealed { resealed: 0, failed: Vec::new() };
    if !stale.is_empty() {
        let client = desk.centers.client(desk.center)?;
        let keys = case::pinned_keys(&mut desk.centers, desk.center, &client)?;
        let own = identities(desk.centers.record(desk.center)?);
        for document in stale {
            match reseal_one(&mut desk, &document, &keys, &own) {
                Ok(()) => done.resealed += 1,
                Err(failure) if failure.code == Code::NotSignedIn => return Err(failure),
                Err(failure) => {
                    done.failed.push(Left { document: document.document, message: failure.message });
                }
            }
        }
    }
    if context.out.is_json() {
        return context.out.value(&done);
    }
    context.out.line(&format!("{} documents were sealed anew.", done.resealed))?;
    for left in &done.failed {
        context.out.line(&format!("  {}: {}", crate::text::safe(&left.document), left.message))?;
    }
    Ok(())
}

fn reseal_one(
    desk: &mut AtDesk<'_>,
    document: &TicketDocument,
    keys: &PinnedKeys,
    own: &[ReviewerIdentity],
) -> Result<(), Failure> {
    let id = document.document.as_str();
    let ciphertext = desk.ask(|staff| async move { staff.download(id).await })?;
    let opened = Opened::from_sealed(&ciphertext, &document.digest, own)
        .map_err(|error| Failure::from_error(Code::Failed, &error))?;
    let sealed = reseal(&opened, keys).map_err(|error| Failure::from_error(Code::CenterKeyList, &error))?;
    let upload = desk.ask(|staff| async move {
        once(|intent| {
            let (staff, sealed) = (staff.clone(), sealed.clone());
            async move { staff.announce_resealed(id, sealed, &intent).await }
        })
        .await
    })?;
    desk.ask(|_| async move { upload.send(|_| ()).await })
}
