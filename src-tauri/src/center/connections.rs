//! Connections to centers: records of the vault, and the clients that ask them.

use tessera_center_api::about::About;
use tessera_center_client::{Authority, Center, CenterAddress, Fingerprint};
use tessera_vault::{CenterRecord, RecordId, Vault};

use super::Call;
use crate::{
    dto::{CenterForm, CenterId, CenterRow, CertificateFile, ErrorCode, Failure},
    shell::{Shell, held},
};

/// The longest name that a person gives a center, in characters.
const NAME_MOST: usize = 80;

/// An id that the page sent.
pub(crate) fn record_id(id: &CenterId) -> Result<RecordId, Failure> {
    id.parse().map_err(|_| no_center())
}

/// There is no such connection.
pub(crate) fn no_center() -> Failure {
    Failure::new(ErrorCode::CenterNotFound, "This vault knows no such center (any more).")
}

/// What a form says, checked.
pub(crate) fn read_form(form: &CenterForm) -> Result<CenterAddress, Failure> {
    let address: CenterAddress = form.address.parse()?;
    let root = form.root_fingerprint.trim();
    if root.is_empty() {
        return Ok(address);
    }
    let root: Fingerprint = root.parse()?;
    // A link and a field that say different keys: one of them is a mistake, or worse.
    match address.root() {
        Some(other) if other != root => Err(Failure::new(
            ErrorCode::CenterRootKey,
            "The link and the field name different staff root keys.",
        )),
        _ => Ok(address.with_root(root)),
    }
}

/// What a link or an address holds, as a form.
pub(crate) fn form_of(text: &str) -> Result<CenterForm, Failure> {
    let address: CenterAddress = text.parse()?;
    let root = address.root().map(|root| root.to_string()).unwrap_or_default();
    Ok(CenterForm { address: shown(address.base().as_str()), root_fingerprint: root, ca: None })
}

fn shown(address: &str) -> String {
    address.trim_end_matches('/').to_owned()
}

impl Shell {
    /// Keeps a certificate until the center is added.
    pub(crate) fn pick_authority(&self, pem: &str) -> Result<CertificateFile, Failure> {
        let authority = Authority::from_pem(pem)?;
        let mut picked = held(&self.center.picked);
        let file = CertificateFile {
            handle: format!("ca{}", picked.len()),
            name: authority.name().to_owned(),
            expires_at: authority.expires_at(),
        };
        picked.insert(file.handle.clone(), authority);
        Ok(file)
    }

    fn authority(&self, handle: Option<&String>) -> Result<Option<Authority>, Failure> {
        let Some(handle) = handle else { return Ok(None) };
        let found = held(&self.center.picked).get(handle).cloned();
        found
            .map(Some)
            .ok_or_else(|| Failure::new(ErrorCode::CenterStepGone, "Choose the certificate again."))
    }

    /// The lines of all connections.
    pub(crate) fn center_rows(&self) -> Result<Vec<CenterRow>, Failure> {
        self.with_vault(|open| {
            Ok(open.vault.centers().map(|(id, record)| row(id, record, open.told.about(id))).collect())
        })
    }

    /// The address or the trust of a center changed: it is connected to anew.
    pub(crate) fn forget_client(&self, id: RecordId) {
        held(&self.center.clients).remove(&id);
    }

    fn client_of(&self, id: RecordId, record: &CenterRecord) -> Result<Center, Failure> {
        let mut clients = held(&self.center.clients);
        if let Some(client) = clients.get(&id) {
            return Ok(client.clone());
        }
        let authority = record.authority.as_deref().map(Authority::from_pem).transpose()?;
        let client = Center::new(CenterAddress::kept(&record.address, record.root)?, authority.as_ref())?;
        clients.insert(id, client.clone());
        Ok(client)
    }

    /// The client of a connection.
    pub(crate) fn client(&self, vault: &Vault, id: RecordId) -> Result<Center, Failure> {
        self.client_of(id, vault.center(id).ok_or_else(no_center)?)
    }

    /// What the center said of itself last.
    pub(crate) fn last_about(&self, id: RecordId) -> Option<About> {
        self.with_vault(|open| Ok(open.told.about(id))).ok().flatten().map(|(about, _)| about)
    }
}

fn row(id: RecordId, record: &CenterRecord, about: Option<(About, u64)>) -> CenterRow {
    let about_at = about.as_ref().map(|(_, at)| *at);
    let authority = record.authority.as_deref().and_then(|pem| Authority::from_pem(pem).ok());
    CenterRow {
        id: id.to_string(),
        address: shown(&record.address),
        name: record.name.clone(),
        root_fingerprint: record.root.map(|root| Fingerprint::from_bytes(root).to_string()),
        ca: authority.map(|authority| authority.name().to_owned()),
        trial: record.trial,
        added_at: record.added,
        about: about.map(|(about, _)| about),
        about_at,
        staff: !record.staff.is_empty() || !record.identities.is_empty(),
    }
}

impl Call {
    /// The client of a connection.
    pub(crate) async fn center(&self, id: &CenterId) -> Result<(RecordId, Center), Failure> {
        let id = record_id(id)?;
        let client =
            self.blocking(move |shell| shell.with_vault(|open| shell.client(&open.vault, id))).await?;
        Ok((id, client))
    }

    /// Connects, compares the root key, and keeps the connection.
    pub(crate) async fn add_center(&self, form: &CenterForm) -> Result<CenterRow, Failure> {
        let address = read_form(form)?;
        let authority = self.shell.authority(form.ca.as_ref())?;
        let client = Center::new(address.clone(), authority.as_ref())?;
        let about = client.about().await?;
        client.check_about(&about)?;
        let now = self.shell.clock.unix();
        let record = CenterRecord {
            address: address.base().to_string(),
            root: address.root().map(Fingerprint::to_bytes),
            authority: authority.map(|authority| authority.pem().to_owned()),
            name: about.name.chars().take(NAME_MOST).collect(),
            list_version: 0,
            accounts: Vec::new(),
            staff: Vec::new(),
            identities: Vec::new(),
            added: now,
            trial: false,
        };
        let id = self
            .vault(move |open| {
                if open.vault.centers().any(|(_, other)| other.address == record.address) {
                    return Err(Failure::new(ErrorCode::CenterExists, "This center is connected already."));
                }
                Ok(open.vault.add_center(record)?)
            })
            .await?;
        self.heard(id, about).await
    }

    /// Notes what a center said of itself, and gives its line.
    async fn heard(&self, id: RecordId, about: About) -> Result<CenterRow, Failure> {
        let now = self.shell.clock.unix();
        self.vault(move |open| {
            open.told.heard(id, &about, now);
            let record = open.vault.center(id).ok_or_else(no_center)?;
            Ok(row(id, record, Some((about, now))))
        })
        .await
    }

    /// Asks a center about itself anew.
    pub(crate) async fn refresh_center(&self, id: &CenterId) -> Result<CenterRow, Failure> {
        let (id, client) = self.center(id).await?;
        let about = client.about().await?;
        client.check_about(&about)?;
        self.heard(id, about).await
    }

    /// Gives a connection another name here.
    pub(crate) async fn rename_center(&self, id: &CenterId, name: &str) -> Result<(), Failure> {
        let (id, name) = (record_id(id)?, name.trim().to_owned());
        if name.is_empty() || name.chars().count() > NAME_MOST || name.chars().any(char::is_control) {
            return Err(Failure::field("name", format!("A name has 1 to {NAME_MOST} characters.")));
        }
        self.vault(move |open| Ok(open.vault.edit_center(id, |record| record.name = name)?)).await
    }

    /// Signs out everywhere, as far as the center can be reached, and forgets it.
    pub(crate) async fn remove_center(&self, id: &CenterId) -> Result<(), Failure> {
        let (id, client) = self.center(id).await?;
        let record = self.vault(move |open| open.vault.center(id).cloned().ok_or_else(no_center)).await?;
        super::sessions::sign_out_all(&client, &record).await;
        self.vault(move |open| Ok(open.vault.remove_center(id)?)).await?;
        self.shell.forget_client(id);
        Ok(())
    }
}
