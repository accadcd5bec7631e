//! Messages: written in the transaction of what they tell of, delivered afterwards, at least once, under a stable id.

mod carrier;
pub mod deliver;
mod gateway;
mod smtp;
mod template;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use carrier::faults as carrier_faults;
pub use carrier::{CarrierFault, Carriers, NotCarried};
pub use template::{Rendered, Template, TemplateError};

use crate::Center;
use crate::contact::{Address, AddressKind};
use crate::keys::Seal;
use crate::store::tables::message::{self, Goes};
use crate::store::{StoreError, Tx};

/// A message that is still to be rendered: which one, in which language, with which values.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    template: Template,
    language: String,
    values: Map<String, Value>,
}

impl Message {
    /// A message without values yet. The language is the account's; unknown ones become English when it is rendered.
    pub fn new(template: Template, language: &str) -> Self {
        Self { template, language: language.into(), values: Map::new() }
    }

    /// Sets a value that the template names.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.into(), value.into());
        self
    }

    /// Puts it into the outbox, sealed, and gives back its id. It goes out when the transaction was committed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn send(self, tx: &mut Tx, center: &Center, to: &Address) -> Result<String, StoreError> {
        let id = self.put(tx, center, to, Goes::Out).await?;
        center.outbox_bell.notify_one();
        Ok(id)
    }

    /// Puts it into the outbox, or does as much work for nothing: for answers whose time must not tell whether there is
    /// anybody to send to.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn send_or_pretend(
        self,
        tx: &mut Tx,
        center: &Center,
        to: Option<&Address>,
    ) -> Result<(), StoreError> {
        if let Some(to) = to {
            return self.send(tx, center, to).await.map(drop);
        }
        let nobody = Address::stored(AddressKind::Email, "nobody@nowhere.invalid");
        self.put(tx, center, &nobody, Goes::Nowhere).await.map(drop)
    }

    async fn put(
        &self,
        tx: &mut Tx,
        center: &Center,
        to: &Address,
        goes: Goes,
    ) -> Result<String, StoreError> {
        let (id, address, body) = self.seal(center, to)?;
        let urgent = self.template == Template::Code;
        let new = message::New {
            id: &id,
            channel: to.kind().channel(),
            urgent,
            address: &address,
            body: &body,
            goes,
            now: center.now(),
        };
        message::insert(tx, &new).await?;
        Ok(id)
    }

    /// Its id, and under it the sealed address and body.
    fn seal(&self, center: &Center, to: &Address) -> Result<(String, Vec<u8>, Vec<u8>), StoreError> {
        let id = center.new_id_in_order()?;
        let plain = zeroize::Zeroizing::new(
            serde_json::to_vec(self).map_err(|_| StoreError::Invalid("message.body"))?,
        );
        let body =
            center.keys.seal(&*center.random, Seal::Message, format!("{id} body").as_bytes(), &plain)?;
        let address = center.keys.seal(
            &*center.random,
            Seal::Message,
            format!("{id} address").as_bytes(),
            to.text().as_bytes(),
        )?;
        Ok((id, address, body))
    }

    /// Which one it is.
    pub const fn template(&self) -> Template {
        self.template
    }

    /// One of its values.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// The words of it.
    ///
    /// # Errors
    /// When the template names a value that is missing.
    pub fn render(&self, center_name: &str) -> Result<Rendered, TemplateError> {
        self.template.render(&self.language, center_name, &self.values)
    }
}

/// A message that lies in the outbox, opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its id.
    pub id: String,
    /// Where it goes.
    pub to: Address,
    /// What it says.
    pub message: Message,
}

/// Opens a row of the outbox.
///
/// # Errors
/// When it does not open with the keys at hand.
pub fn open(
    center: &Center,
    id: &str,
    channel: &str,
    address: &[u8],
    body: &[u8],
) -> Result<Opened, StoreError> {
    let kind = if channel == AddressKind::Phone.channel() { AddressKind::Phone } else { AddressKind::Email };
    let unseal = |part: &str, sealed: &[u8]| {
        center
            .keys
            .open(Seal::Message, format!("{id} {part}").as_bytes(), sealed)
            .map_err(|_| StoreError::Sealed("message"))
    };
    let address = unseal("address", address)?;
    let to = Address::stored(
        kind,
        std::str::from_utf8(&address).map_err(|_| StoreError::Invalid("message.address"))?,
    );
    let message =
        serde_json::from_slice(&unseal("body", body)?).map_err(|_| StoreError::Invalid("message.body"))?;
    Ok(Opened { id: id.into(), to, message })
}
