//! Secrets on their way from the page to Rust.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A public key that takes one message.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct SealingKey {
    /// Names the key in `Sealed`.
    pub(crate) key_id: String,
    /// The P-256 point, uncompressed (65 bytes), in base64.
    pub(crate) public_key: String,
}

/// One message sealed with HPKE (RFC 9180) in base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, info
/// `tessera/v1/ipc`, no authenticated data. One key takes one message.
#[derive(Clone, Deserialize, TS)]
pub(crate) struct Sealed {
    /// Which key it is sealed to.
    pub(crate) key_id: String,
    /// The encapsulated key, base64.
    pub(crate) enc: String,
    /// The ciphertext with its tag, base64.
    pub(crate) ct: String,
}
