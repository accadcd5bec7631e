//! Documents of tickets: sealed by the applicant, uploaded in pieces, opened by the claiming reviewer.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;
use crate::ticket::DocumentKind;

/// The largest piece of an upload, in bytes.
pub const PIECE_BYTES_MAX: usize = 1024 * 1024;

/// Announces a document: sealed with age to every key of the newest list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnounceDocument {
    /// What it shows.
    pub kind: DocumentKind,
    /// The size of the ciphertext, in bytes.
    pub bytes: i64,
    /// SHA-256 of the ciphertext, in hexadecimal.
    pub digest: String,
    /// The version of the key list it is sealed to.
    pub list_version: i64,
}

/// Where an announced document is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnnouncedDocument {
    /// Its number.
    pub document: String,
    /// The bearer token of this one upload.
    pub upload: Hidden,
    /// The largest piece that is taken, in bytes.
    pub piece_bytes: i64,
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct UploadProgress {
    /// Bytes that are there: the next piece begins at this place.
    pub received: i64,
    /// Bytes that were announced.
    pub bytes: i64,
    /// Whether all are there and their digest is right.
    pub complete: bool,
}

/// Announces a document sealed anew to the newest list, in place of one whose keys have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResealDocument {
    /// The size of the new ciphertext, in bytes.
    pub bytes: i64,
    /// SHA-256 of the new ciphertext, in hexadecimal.
    pub digest: String,
    /// The version of the key list it is sealed to: the newest.
    pub list_version: i64,
}

/// A document as staff see it in a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct TicketDocument {
    /// Its number.
    pub document: String,
    /// Its ticket.
    pub ticket: String,
    /// What it shows, as the applicant says.
    pub kind: DocumentKind,
    /// The size of the ciphertext, in bytes.
    pub bytes: i64,
    /// SHA-256 of the ciphertext, in hexadecimal.
    pub digest: String,
    /// The version of the key list it is sealed to.
    pub list_version: i64,
    /// Whether a newer list is published: then it is to be sealed anew.
    pub stale: bool,
}
