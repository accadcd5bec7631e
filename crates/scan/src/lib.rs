//! Frames from cameras, screens, image files and the clipboard, and the QR codes in them.
//!
//! A [`Frame`] is pixels, wherever they came from. [`decode()`] reads every QR code in it: within a deadline, whatever the
//! picture is, and without ever letting a decoder's panic or slowness reach the caller. [`live::Scanner`] runs a
//! [`FrameSource`] (a camera, or recorded frames in a test) and hands out what was found together with a preview in which
//! every found code is painted over ([`preview`]).
//!
//! What this crate never does: write a frame to disk, log or print what a code says, know what an otpauth URI is, or
//! talk to the network.
//!
//! ```
//! use tessera_scan::{Effort, decode, load_image};
//!
//! # fn example(bytes: &[u8]) -> Result<(), tessera_scan::ImageError> {
//! let frame = load_image(bytes)?; // PNG, JPEG, WebP, GIF or BMP; refused in words if it is anything else
//! for found in decode(&frame, Effort::Still) {
//!     println!("a code of {} characters at {:?}", found.text.len(), found.corners);
//! }
//! # Ok(())
//! # }
//! assert!(load_image(b"<svg xmlns='http://www.w3.org/2000/svg'/>").is_err());
//! ```

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between pixels and coordinates: both stay below 2^24, and casts from floats saturate"
)]

pub mod camera;
pub mod clipboard;
mod clock;
mod decode;
mod frame;
mod image_file;
pub mod live;
pub mod preview;
pub mod screen;
mod source;

pub use decode::{Effort, Found, decode};
pub use frame::{Frame, FrameError};
pub use image_file::{ImageError, MAX_FILE_BYTES, MAX_PIXELS, load_image, load_image_file};
pub use source::{FrameSource, Recorded, SourceError};
