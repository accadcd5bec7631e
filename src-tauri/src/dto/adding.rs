//! Adding: screens, cameras, and found codes that wait for review.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Algorithm, EntryId, Failure, Kind};

/// A screen that can be read.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct ScreenInfo {
    /// Names it in `scan_screen`.
    pub(crate) id: String,
    /// What the system calls it.
    pub(crate) name: String,
    /// Its place on the desktop, in pixels.
    pub(crate) x: i32,
    /// Its place on the desktop, in pixels.
    pub(crate) y: i32,
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
    /// The main one.
    pub(crate) primary: bool,
}

/// A part of a screen, in its pixels.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
pub(crate) struct Region {
    /// From the screen's left.
    pub(crate) x: i32,
    /// From the screen's top.
    pub(crate) y: i32,
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
}

/// A camera.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct CameraInfo {
    /// Names it in `camera_start`.
    pub(crate) index: u32,
    /// What the system calls it.
    pub(crate) name: String,
    /// More about it.
    pub(crate) description: String,
}

/// What the camera view is told. Pictures (JPEG, every found code painted over) come as bytes on a channel of their own.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum CameraEvent {
    /// The camera runs.
    Started {
        /// What the system calls it.
        name: String,
        /// Of its pictures, in pixels.
        width: u32,
        /// Of its pictures, in pixels.
        height: u32,
    },
    /// New codes were seen.
    Found {
        /// They wait for review.
        candidates: Vec<Candidate>,
        /// How far a transfer of several QR codes is.
        transfer: Option<TransferRow>,
    },
    /// It stopped by a fault.
    Error {
        /// Which.
        failure: Failure,
    },
}

/// How far a transfer of Google Authenticator is: several QR codes, in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub(crate) struct TransferRow {
    /// How many QR codes it has.
    pub(crate) parts: u32,
    /// The numbers, from 1, of those that did not come yet; of very many, the first.
    pub(crate) missing: Vec<u32>,
}

/// An entry in the vault with the same secret.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct DuplicateRow {
    /// Its id.
    pub(crate) id: EntryId,
    /// Its issuer.
    pub(crate) issuer: String,
    /// Its account.
    pub(crate) account: String,
    /// It lies in the trash.
    pub(crate) in_trash: bool,
}

/// A found code. What it holds stays in Rust; the page sees what to review.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct Candidate {
    /// Names it in `save_candidates`; empty when `problem` says why it cannot be saved.
    pub(crate) token: String,
    /// Who asks for the code.
    pub(crate) issuer: String,
    /// Whose it is.
    pub(crate) account: String,
    /// How codes are made; nothing when there is a problem.
    pub(crate) kind: Option<Kind>,
    /// TOTP and HOTP.
    pub(crate) algorithm: Option<Algorithm>,
    /// How many symbols a code has.
    pub(crate) digits: Option<u8>,
    /// Seconds.
    pub(crate) period: Option<u32>,
    /// HOTP.
    pub(crate) counter: Option<u64>,
    /// Entries in the vault with the same secret.
    pub(crate) duplicates: Vec<DuplicateRow>,
    /// Why it cannot be saved: a QR code that is no `otpauth://` link, or a faulty one.
    pub(crate) problem: Option<Failure>,
    /// The start of a text that is no `otpauth` link, so that a person sees what was scanned.
    pub(crate) shown_text: Option<String>,
}

/// What one picture held.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct ScanResult {
    /// The file's name without its folder.
    pub(crate) file: String,
    /// The codes in it.
    pub(crate) candidates: Vec<Candidate>,
    /// Why it could not be read, or that it holds no code.
    pub(crate) error: Option<Failure>,
}

/// An entry typed by hand; the secret comes sealed beside it.
#[derive(Debug, Clone, Deserialize, TS)]
pub(crate) struct CandidateForm {
    /// Who asks for the code.
    pub(crate) issuer: String,
    /// Whose it is.
    pub(crate) account: String,
    /// How codes are made.
    pub(crate) kind: Kind,
    /// TOTP and HOTP; nothing: SHA-1.
    pub(crate) algorithm: Option<Algorithm>,
    /// TOTP and HOTP; nothing: 6.
    pub(crate) digits: Option<u8>,
    /// TOTP; nothing: 30.
    pub(crate) period: Option<u32>,
    /// HOTP; nothing: 0.
    pub(crate) counter: Option<u64>,
}

/// A reviewed code.
#[derive(Debug, Clone, Deserialize, TS)]
pub(crate) struct SaveItem {
    /// From `Candidate`.
    pub(crate) token: String,
    /// As reviewed.
    pub(crate) issuer: String,
    /// As reviewed.
    pub(crate) account: String,
    /// Empty is none.
    pub(crate) group: Option<String>,
    /// Its tags.
    pub(crate) tags: Vec<String>,
    /// A favorite.
    pub(crate) favorite: bool,
    /// The note.
    pub(crate) note: String,
}
