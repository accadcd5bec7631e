//! The review desk: the staff session and the reviewer's identities in the vault, opened documents in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tessera_center_api::{
    ErrorCode as Reason, Hidden,
    document::TicketDocument,
    staff::{Role, StaffMember},
};
use tessera_center_client::{
    Center, ClientError, Intent, Staff, StaffToken,
    document::{Opened, Picture, ReviewerIdentity, reseal},
};
use tessera_vault::{CenterRecord, CenterStaff, EntryId, KeptSecret, RecordId};
use tokio::task::AbortHandle;

use super::{
    Call,
    connections::{no_center, record_id},
};
use crate::{
    clock, convert,
    dto::{
        CenterId, DeskStatus, ErrorCode, Failure, OpenedDocument, PageRequest, ResealFailure, ResealProgress,
        StaffCodes,
    },
    shell::{Notice, Shell, held},
};

/// The longest edge of a page that comes over, in pixels.
const EDGE: u32 = 4_096;
/// As many documents as are open at once.
const OPEN_MOST: usize = 16;

/// What is open at the desk.
#[derive(Default)]
pub(crate) struct Desk {
    open: Mutex<HashMap<String, Arc<Picture>>>,
    /// Of each document that a ticket was read with, the digest that its ciphertext must have.
    digests: Mutex<HashMap<String, String>>,
    resealing: Mutex<Option<AbortHandle>>,
    /// An invitation that was opened and not accepted yet.
    pub(crate) invitation: Mutex<Option<Invitation>>,
}

/// The first sign-in of a staff member.
#[derive(Clone)]
pub(crate) struct Invitation {
    pub(crate) center: RecordId,
    pub(crate) client: Center,
    pub(crate) flow: Hidden,
    pub(crate) uri: Hidden,
}

impl Desk {
    /// The vault is locked: nothing of it stays.
    pub(crate) fn forget(&self) {
        held(&self.open).clear();
        held(&self.digests).clear();
        self.stop_resealing();
        *held(&self.invitation) = None;
    }

    /// Wipes an opened document.
    pub(crate) fn close(&self, document: &str) {
        held(&self.open).remove(document);
    }

    /// The documents that a ticket was read with.
    pub(crate) fn saw(&self, documents: &[TicketDocument]) {
        let digests = documents.iter().map(|one| (one.document.clone(), one.digest.clone()));
        held(&self.digests).extend(digests);
    }

    /// A page of an opened document, as a JPEG.
    pub(crate) fn page(&self, document: &str, page: PageRequest) -> Result<Vec<u8>, Failure> {
        let picture = held(&self.open).get(document).cloned();
        let picture = picture.filter(|_| page.page == 0).ok_or_else(|| {
            Failure::new(ErrorCode::CenterStepGone, "This document is not open any more. Open it again.")
        })?;
        Ok(Picture::clone(&picture).turned(page.turns).preview(page.edge.min(EDGE))?)
    }

    /// Stops sealing anew; what is done stays done.
    pub(crate) fn stop_resealing(&self) {
        if let Some(task) = held(&self.resealing).take() {
            task.abort();
        }
    }
}

fn not_signed_in() -> Failure {
    Failure::new(ErrorCode::CenterNotSignedIn, "No staff member is signed in there. Sign in again.")
}

fn identities(record: &CenterRecord) -> Vec<ReviewerIdentity> {
    // To open what was sealed to them; they go nowhere else.
    record.identities.iter().filter_map(|kept| ReviewerIdentity::from_text(kept.expose_secret())).collect()
}

/// The identity that is the last staff member's own: the one it registered; before that the newest one, if no other member
/// registered it.
fn own_identity(record: &CenterRecord) -> Option<ReviewerIdentity> {
    let (staff, others) = record.staff.split_first().map_or((None, &[][..]), |(one, rest)| (Some(one), rest));
    let mut all = identities(record);
    if let Some(key) = staff.and_then(|staff| staff.key.as_ref()) {
        let at = all.iter().position(|identity| identity.recipient() == *key)?;
        return Some(all.swap_remove(at));
    }
    all.pop().filter(|newest| !others.iter().any(|other| other.key.as_ref() == Some(&newest.recipient())))
}

impl Shell {
    /// What this vault knows of its staff accounts there.
    pub(crate) fn desk_status(&self, center: &CenterId) -> Result<DeskStatus, Failure> {
        let id = record_id(center)?;
        self.with_vault(|open| {
            let record = open.vault.center(id).ok_or_else(no_center)?;
            let staff = record.staff.first();
            let member = |staff: &CenterStaff| StaffMember {
                id: staff.id.clone(),
                name: staff.name.clone(),
                roles: staff.roles.iter().filter_map(|role| Role::from_text(role)).collect(),
                decides_from: i64::try_from(staff.decides_from).unwrap_or(i64::MAX),
            };
            Ok(DeskStatus {
                staff: staff.filter(|staff| staff.session.is_some()).map(member),
                email: staff.map(|staff| staff.email.clone()).filter(|email| !email.is_empty()),
                codes: record
                    .staff
                    .iter()
                    .filter_map(|staff| {
                        let entry = staff.entry.filter(|entry| open.vault.entry(*entry).is_some())?;
                        Some(StaffCodes { email: staff.email.clone(), entry: convert::id(entry) })
                    })
                    .collect(),
                recipient: own_identity(record).map(|own| own.recipient()),
            })
        })
    }

    fn staff_of(&self, id: RecordId) -> Result<Staff, Failure> {
        self.with_vault(|open| {
            let record = open.vault.center(id).ok_or_else(no_center)?;
            let session = record.staff.first().and_then(|staff| staff.session.as_ref());
            // It goes to its center with each request.
            let token = StaffToken::new(session.ok_or_else(not_signed_in)?.expose_secret());
            Ok(self.client(&open.vault, id)?.as_staff(token))
        })
    }
}

impl Call {
    /// The session of a center's staff member.
    pub(crate) async fn staff(&self, center: &CenterId) -> Result<Staff, Failure> {
        let id = record_id(center)?;
        self.blocking(move |shell| shell.staff_of(id)).await
    }

    /// What a request of staff came to. A session that turned out to have ended is dropped.
    pub(crate) async fn heed_staff<T>(
        &self,
        center: &CenterId,
        answer: Result<T, ClientError>,
    ) -> Result<T, Failure> {
        let error = match answer {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        if error.code() == Some(Reason::NotSignedIn) {
            self.drop_staff_session(center).await?;
        }
        Err(error.into())
    }

    /// The session of staff is over.
    pub(crate) async fn drop_staff_session(&self, center: &CenterId) -> Result<(), Failure> {
        let id = record_id(center)?;
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| {
                for staff in &mut record.staff {
                    staff.session = None;
                }
            })?)
        })
        .await
    }

    /// Keeps the session of a staff member that has begun.
    pub(crate) async fn staff_begun(
        &self,
        id: RecordId,
        email: String,
        token: &StaffToken,
        member: &StaffMember,
    ) -> Result<(), Failure> {
        // From here on the vault keeps it.
        let session = Some(KeptSecret::new(token.expose_secret()));
        let member = member.clone();
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| {
                let staff = record.staff_to_front(&email);
                staff.id = member.id;
                staff.name = member.name;
                staff.session = session;
                staff.email = email;
                staff.roles = member.roles.iter().map(|role| role.text().to_owned()).collect();
                staff.decides_from = super::sessions::number(member.decides_from);
            })?)
        })
        .await
    }

    /// The entry that gives a staff member's codes, and the address it signs in with.
    pub(crate) async fn keep_staff_entry(
        &self,
        id: RecordId,
        email: String,
        entry: EntryId,
    ) -> Result<(), Failure> {
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| {
                record.staff_to_front(&email).entry = Some(entry);
            })?)
        })
        .await
    }

    /// The entry that gives the codes of a center's staff member with this address.
    pub(crate) async fn staff_entry(&self, id: RecordId, email: String) -> Result<EntryId, Failure> {
        self.vault(move |open| {
            let record = open.vault.center(id).ok_or_else(no_center)?;
            record.staff_of(&email).and_then(|staff| staff.entry).ok_or_else(|| {
                Failure::new(
                    ErrorCode::CenterNoEntry,
                    "No entry of this vault gives the codes of this account.",
                )
            })
        })
        .await
    }

    /// Makes a key in the vault, if there is none that is the signed-in reviewer's own, and registers it.
    pub(crate) async fn register_key(&self, center: &CenterId) -> Result<String, Failure> {
        let staff = self.staff(center).await?;
        let id = record_id(center)?;
        let (recipient, trial) = self
            .vault(move |open| {
                let known = open.vault.center(id).ok_or_else(no_center)?;
                let trial = known.trial;
                let own = own_identity(known).map(|own| own.recipient());
                let recipient = open.vault.edit_center(id, |record| {
                    let recipient = own.unwrap_or_else(|| {
                        let new = ReviewerIdentity::generate();
                        // From here on the vault keeps it.
                        record.identities.push(KeptSecret::new(new.to_text().as_str()));
                        new.recipient()
                    });
                    if let Some(staff) = record.staff.first_mut() {
                        staff.key = Some(recipient.clone());
                    }
                    recipient
                })?;
                Ok((recipient, trial))
            })
            .await?;
        match self.heed_staff(center, staff.register_key(&recipient).await).await {
            // Registered already: just as wished.
            Err(failure) if failure.code == ErrorCode::CenterWrongState => {}
            result => result?,
        }
        if trial {
            self.trial_key_registered(id).await?;
        }
        Ok(recipient)
    }

    async fn open_sealed(
        &self,
        center: &CenterId,
        staff: &Staff,
        document: &str,
        digest: String,
    ) -> Result<Opened, Failure> {
        let ciphertext = self.heed_staff(center, staff.download(document).await).await?;
        let id = record_id(center)?;
        self.blocking(move |shell| {
            let own =
                shell.with_vault(|open| Ok(identities(open.vault.center(id).ok_or_else(no_center)?)))?;
            Ok(Opened::from_sealed(&ciphertext, &digest, &own)?)
        })
        .await
    }

    /// Fetches a document, checks its digest, decrypts and decodes it within limits.
    pub(crate) async fn open_document(
        &self,
        center: &CenterId,
        document: &str,
    ) -> Result<OpenedDocument, Failure> {
        let staff = self.staff(center).await?;
        let digest = held(&self.shell.center.desk.digests).get(document).cloned().ok_or_else(|| {
            Failure::new(ErrorCode::CenterStepGone, "Read the ticket of this document again.")
        })?;
        let opened = self.open_sealed(center, &staff, document, digest).await?;
        let picture = self.blocking(move |_| Ok(opened.picture()?)).await?;
        let mut open = held(&self.shell.center.desk.open);
        if open.len() >= OPEN_MOST {
            open.clear();
        }
        open.insert(document.to_owned(), Arc::new(picture));
        Ok(OpenedDocument { document: document.to_owned(), pages: 1 })
    }

    /// Seals every document anew whose keys have changed. One that cannot be is named, and the others go on.
    pub(crate) async fn reseal(&self, center: CenterId) -> Result<ResealProgress, Failure> {
        let is_running =
            held(&self.shell.center.desk.resealing).as_ref().is_some_and(|task| !task.is_finished());
        if is_running {
            return Err(Failure::new(ErrorCode::CenterTwice, "Documents are being sealed anew already."));
        }
        let call = self.clone();
        let task = tauri::async_runtime::spawn(async move { call.reseal_all(&center).await });
        *held(&self.shell.center.desk.resealing) = Some(task.inner().abort_handle());
        match task.await {
            Ok(result) => result,
            Err(_) => Err(Failure::new(ErrorCode::CenterCancelled, "Sealing anew was stopped.")),
        }
    }

    async fn reseal_all(&self, center: &CenterId) -> Result<ResealProgress, Failure> {
        let staff = self.staff(center).await?;
        let stale = self.heed_staff(center, staff.stale_documents().await).await?;
        let keys = Arc::new(self.pinned_keys(center).await?);
        let total = u32::try_from(stale.len()).unwrap_or(u32::MAX);
        let mut progress = ResealProgress { done: 0, total, failed: Vec::new() };
        for document in stale {
            self.shell.tell(Notice::DeskReseal(progress.clone()));
            let number = document.document.clone();
            if let Err(failure) = self.reseal_one(center, &staff, document, &keys).await {
                progress.failed.push(ResealFailure { document: number, failure });
            }
            progress.done += 1;
        }
        self.shell.tell(Notice::DeskReseal(progress.clone()));
        Ok(progress)
    }

    async fn reseal_one(
        &self,
        center: &CenterId,
        staff: &Staff,
        document: TicketDocument,
        keys: &Arc<tessera_center_client::PinnedKeys>,
    ) -> Result<(), Failure> {
        let TicketDocument { document, digest, .. } = document;
        let opened = self.open_sealed(center, staff, &document, digest).await?;
        let keys = Arc::clone(keys);
        let sealed = self.blocking(move |_| Ok(reseal(&opened, &keys)?)).await?;
        let intent = Intent::generate(&mut clock::randomness());
        let upload = staff.announce_resealed(&document, sealed, &intent).await;
        let upload = self.heed_staff(center, upload).await?;
        Ok(upload.send(|_| ()).await?)
    }
}
