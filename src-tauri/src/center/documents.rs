//! Documents of tickets on their way: picked, turned, cropped, drawn anew, sealed, sent. Their bytes are in memory alone.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
};

use tessera_center_api::ticket::DocumentKind;
use tessera_center_client::{
    ClientError, Intent, PinnedKeys, Upload,
    document::{self, Crop as Part, Picture, SEALING_ROOM, SealedDocument, seal},
};
use tokio::task::AbortHandle;

use super::{Call, connections::no_center};
use crate::{
    clock,
    dto::{Crop, ErrorCode, Failure, OwnDocument, OwnDocumentState, SealingList, TicketRef},
    shell::{Notice, Shell, held},
};

/// The largest document, where the center did not say: its own default.
const BYTES: usize = 10 * 1024 * 1024;
/// More documents than any ticket has, over all tickets at hand.
const MOST: usize = 64;
/// The longest edge of a preview, in pixels.
const EDGE: u32 = 1_600;

/// The documents at hand.
#[derive(Default)]
pub(crate) struct Documents {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    made: u64,
    documents: BTreeMap<u64, Document>,
}

struct Document {
    ticket: TicketRef,
    shown: OwnDocument,
    picture: Arc<Picture>,
    /// Made once, with what is announced under it, so that announcing it again after a lost answer announces nothing new.
    intent: Intent,
    sealed: Option<SealedDocument>,
    upload: Option<Arc<Upload>>,
    task: Option<AbortHandle>,
}

impl Drop for Document {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Document {
    /// What is announced next is another document, or sealed to other keys.
    fn announce_anew(&mut self) {
        self.upload = None;
        self.sealed = None;
        self.intent = Intent::generate(&mut clock::randomness());
    }
}

fn gone() -> Failure {
    Failure::new(ErrorCode::CenterStepGone, "This document is not at hand any more. Add it again.")
}

fn not_now() -> Failure {
    Failure::new(ErrorCode::InvalidRequest, "The document is on its way; it cannot be changed now.")
}

fn number(id: &str) -> Result<u64, Failure> {
    id.strip_prefix('d').and_then(|number| number.parse().ok()).ok_or_else(gone)
}

/// A file or photograph, before anything else is known of it.
pub(crate) struct Found {
    pub(crate) name: Option<String>,
    pub(crate) bytes: usize,
    pub(crate) is_pdf: bool,
    pub(crate) picture: Picture,
}

impl Documents {
    /// The vault is locked: nothing of them stays, and nothing goes on.
    pub(crate) fn forget(&self) {
        held(&self.kept).documents.clear();
    }

    /// Those of a ticket.
    pub(crate) fn of(&self, ticket: &TicketRef) -> Vec<OwnDocument> {
        let kept = held(&self.kept);
        let of_it = kept.documents.values().filter(|document| document.ticket == *ticket);
        of_it.map(|document| document.shown.clone()).collect()
    }

    /// Takes a document up.
    pub(crate) fn add(
        &self,
        ticket: TicketRef,
        kind: DocumentKind,
        found: Found,
    ) -> Result<OwnDocument, Failure> {
        let mut kept = held(&self.kept);
        if kept.documents.len() >= MOST {
            return Err(Failure::new(ErrorCode::CenterLimitReached, "Too many documents are at hand."));
        }
        kept.made += 1;
        let number = kept.made;
        let shown = OwnDocument {
            id: format!("d{number}"),
            kind,
            name: found.name,
            pages: 1,
            is_pdf: found.is_pdf,
            original_bytes: u64::try_from(found.bytes).unwrap_or(u64::MAX),
            turns: 0,
            crop: None,
            state: OwnDocumentState::Picked,
            bytes: 0,
            sent: 0,
            recipients: 0,
            failure: None,
        };
        let document = Document {
            ticket,
            shown: shown.clone(),
            picture: Arc::new(found.picture),
            intent: Intent::generate(&mut clock::randomness()),
            sealed: None,
            upload: None,
            task: None,
        };
        kept.documents.insert(number, document);
        Ok(shown)
    }

    fn with<T>(
        &self,
        id: &str,
        work: impl FnOnce(&mut Document) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let number = number(id)?;
        work(held(&self.kept).documents.get_mut(&number).ok_or_else(gone)?)
    }

    /// Turns and crops a document that is not on its way yet.
    pub(crate) fn edit(&self, id: &str, turns: u8, crop: Option<Crop>) -> Result<OwnDocument, Failure> {
        self.with(id, |document| {
            if !matches!(document.shown.state, OwnDocumentState::Picked | OwnDocumentState::Failed)
                || document.upload.is_some()
            {
                return Err(not_now());
            }
            document.announce_anew();
            document.shown.turns = turns % 4;
            document.shown.crop = crop;
            Ok(document.shown.clone())
        })
    }

    fn picture(&self, id: &str) -> Result<(Arc<Picture>, u8, Option<Crop>), Failure> {
        self.with(id, |document| {
            Ok((Arc::clone(&document.picture), document.shown.turns, document.shown.crop))
        })
    }

    /// A document turned and, unless it is wanted whole, cropped, as a JPEG.
    pub(crate) fn preview(&self, id: &str, page: u32, edge: u32, whole: bool) -> Result<Vec<u8>, Failure> {
        if page != 0 {
            return Err(Failure::new(ErrorCode::InvalidRequest, "A document is one picture."));
        }
        let (picture, turns, crop) = self.picture(id)?;
        Ok(worked(&picture, turns, crop.filter(|_| !whole)).preview(edge.min(EDGE))?)
    }

    /// Takes a document away, and says what the center has of it.
    pub(crate) fn take(&self, id: &str) -> Result<Option<String>, Failure> {
        let number = number(id)?;
        let document = held(&self.kept).documents.remove(&number).ok_or_else(gone)?;
        Ok(document.upload.as_ref().map(|upload| upload.document().to_owned()))
    }
}

fn worked(picture: &Picture, turns: u8, crop: Option<Crop>) -> Picture {
    let turned = picture.clone().turned(turns);
    match crop {
        Some(Crop { left, top, width, height }) => turned.cropped(Part { x: left, y: top, width, height }),
        None => turned,
    }
}

/// Reads a file of at most so many bytes.
pub(crate) fn read_file(path: &Path, most: usize) -> Result<Found, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::with(ErrorCode::FileUnreadable, format!("The file cannot be read: {error}"), path.display())
    };
    // Not read to find out that it is too large.
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > u64::try_from(most).unwrap_or(u64::MAX) {
        return Err(document::DocumentError::TooManyBytes { most }.into());
    }
    let bytes = zeroize::Zeroizing::new(std::fs::read(path).map_err(unreadable)?);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Found {
        name,
        bytes: bytes.len(),
        is_pdf: bytes
            .get(..1024.min(bytes.len()))
            .is_some_and(|start| start.windows(5).any(|w| w == b"%PDF-")),
        picture: document::read(&bytes, most)?,
    })
}

impl Shell {
    /// The largest document that a center takes, in bytes.
    pub(crate) fn document_bytes(&self, center: &str) -> usize {
        let id = super::connections::record_id(&center.to_owned()).ok();
        let about = id.and_then(|id| self.last_about(id));
        let most = about.and_then(|about| usize::try_from(about.limits.document_bytes).ok());
        most.unwrap_or(BYTES)
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Document)) {
        // Of a document on its way that is once a piece, and a document has a few: none is left out, since the next may not come.
        let told = self.center.documents.with(id, |document| {
            change(document);
            Ok(document.shown.clone())
        });
        if let Ok(shown) = told {
            self.tell(Notice::TicketDocument(Box::new(shown)));
        }
    }

    /// Stops a document that is on its way. What is at the center stays there, and it can go on.
    pub(crate) fn pause_upload(&self, id: &str) -> Result<(), Failure> {
        self.center.documents.with(id, |document| {
            if let Some(task) = document.task.take() {
                task.abort();
            }
            Ok(())
        })?;
        self.change(id, |document| {
            if matches!(document.shown.state, OwnDocumentState::Sealing | OwnDocumentState::Sending) {
                document.shown.state = OwnDocumentState::Paused;
            }
        });
        Ok(())
    }
}

impl Call {
    /// The verified list of a center; its version is remembered, so that no older one is taken again.
    pub(crate) async fn pinned_keys(&self, center: &str) -> Result<PinnedKeys, Failure> {
        let (id, client) = self.center(&center.to_owned()).await?;
        let seen =
            self.vault(move |open| Ok(open.vault.center(id).ok_or_else(no_center)?.list_version)).await?;
        let keys = client.key_list(self.now(), i64::try_from(seen).unwrap_or(i64::MAX)).await?;
        let version = super::sessions::number(keys.version());
        if version > seen {
            self.vault(move |open| {
                Ok(open.vault.edit_center(id, |record| {
                    record.list_version = record.list_version.max(version);
                })?)
            })
            .await?;
        }
        Ok(keys)
    }

    /// The verified list, for the page.
    pub(crate) async fn sealing_list(&self, center: &str) -> Result<SealingList, Failure> {
        use tessera_center_api::key_list::KeyPurpose;
        let keys = self.pinned_keys(center).await?;
        let count = |purpose| {
            let found = keys.list().keys.iter().filter(|key| key.purpose == purpose).count();
            u32::try_from(found).unwrap_or(u32::MAX)
        };
        Ok(SealingList {
            version: keys.version(),
            expires_at: keys.list().expires_at,
            reviewers: count(KeyPurpose::Reviewer),
            escrow: count(KeyPurpose::Escrow),
        })
    }

    /// Sets a document on its way, or lets it go on; the page is told how it goes.
    pub(crate) fn start_upload(&self, id: &str) -> Result<(), Failure> {
        let documents = &self.shell.center.documents;
        let go = documents.with(id, |document| {
            let is_under_way =
                matches!(document.shown.state, OwnDocumentState::Sealing | OwnDocumentState::Sending);
            let is_done = document.shown.state == OwnDocumentState::Stored;
            document.shown.failure = None;
            Ok(!is_under_way && !is_done)
        })?;
        if !go {
            return Ok(());
        }
        self.shell.change(id, |document| document.shown.state = OwnDocumentState::Sealing);
        let (call, own) = (self.clone(), id.to_owned());
        let task = tauri::async_runtime::spawn(async move {
            let result = call.upload(&own).await;
            call.shell.change(&own, |document| {
                document.task = None;
                match result {
                    Ok(()) => document.shown.state = OwnDocumentState::Stored,
                    Err(failure) => {
                        document.shown.state = OwnDocumentState::Failed;
                        document.shown.failure = Some(failure);
                    }
                }
            });
        });
        let abort = task.inner().abort_handle();
        documents.with(id, |document| {
            if matches!(document.shown.state, OwnDocumentState::Sealing | OwnDocumentState::Sending) {
                document.task = Some(abort);
            }
            Ok(())
        })
    }

    async fn upload(&self, id: &str) -> Result<(), Failure> {
        let upload = match self.shell.center.documents.with(id, |document| Ok(document.upload.clone()))? {
            Some(upload) => upload,
            None => self.announce(id).await?,
        };
        let shell = Arc::clone(&self.shell);
        let sent = upload
            .send(|progress| {
                shell.change(id, |document| {
                    document.shown.state = OwnDocumentState::Sending;
                    document.shown.sent = u64::try_from(progress.sent).unwrap_or(u64::MAX);
                });
            })
            .await;
        if let Err(ClientError::Problem(problem)) = &sent
            && matches!(
                problem.code,
                tessera_center_api::ErrorCode::NotFound | tessera_center_api::ErrorCode::InvalidValue
            )
        {
            // The center has dropped it: it is announced anew when it goes on.
            self.shell.change(id, Document::announce_anew);
        }
        Ok(sent?)
    }

    /// Draws a document anew and seals it to the verified list.
    async fn seal(&self, id: &str, ticket: &TicketRef) -> Result<SealedDocument, Failure> {
        let (picture, turns, crop) = self.shell.center.documents.picture(id)?;
        let keys = self.pinned_keys(&ticket.center).await?;
        let most = self.shell.document_bytes(&ticket.center).saturating_sub(SEALING_ROOM);
        let recipients = u32::try_from(keys.list().keys.len()).unwrap_or(u32::MAX);
        let sealed = self
            .blocking(move |_| {
                let jpeg = worked(&picture, turns, crop).to_jpeg(most)?;
                Ok(seal(&jpeg, &keys)?)
            })
            .await?;
        let (bytes, kept) = (u64::try_from(sealed.bytes().len()).unwrap_or(u64::MAX), sealed.clone());
        self.shell.change(id, |document| {
            document.sealed = Some(kept);
            document.shown.recipients = recipients;
            document.shown.bytes = bytes;
        });
        Ok(sealed)
    }

    async fn announce(&self, id: &str) -> Result<Arc<Upload>, Failure> {
        let documents = &self.shell.center.documents;
        let (ticket, kind, intent, sealed) = documents.with(id, |document| {
            let sealed = document.sealed.clone();
            Ok((document.ticket.clone(), document.shown.kind, document.intent.clone(), sealed))
        })?;
        let sealed = match sealed {
            Some(sealed) => sealed,
            None => self.seal(id, &ticket).await?,
        };
        let applicant = self.applicant(&ticket).await?;
        let announced = applicant.announce(&ticket.id, kind, sealed, &intent).await;
        if let Err(ClientError::Problem(_)) = &announced {
            // Refused for good under this intent, because of another list of keys perhaps.
            self.shell.change(id, Document::announce_anew);
        }
        let upload = Arc::new(self.heed_ticket(&ticket, announced).await?);
        let kept = Arc::clone(&upload);
        self.shell.change(id, |document| {
            document.upload = Some(kept);
            document.sealed = None;
            document.shown.state = OwnDocumentState::Sending;
        });
        Ok(upload)
    }

    /// Stops a document and takes it out of the ticket, here and at the center.
    pub(crate) async fn remove_document(&self, ticket: &TicketRef, id: &str) -> Result<(), Failure> {
        self.shell.pause_upload(id)?;
        let announced =
            self.shell.center.documents.with(id, |document| {
                Ok(document.upload.as_ref().map(|upload| upload.document().to_owned()))
            })?;
        if let Some(document) = announced {
            let applicant = self.applicant(ticket).await?;
            let removed = applicant.remove_document(&ticket.id, &document).await;
            match self.heed_ticket(ticket, removed).await {
                // It is not there: just as wished.
                Err(failure) if failure.code == ErrorCode::CenterNoSuchThing => {}
                result => result?,
            }
        }
        self.shell.center.documents.take(id).map(drop)
    }
}
