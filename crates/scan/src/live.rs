//! A running camera: frames decoded as they come, and a preview that never shows a readable code.

use crate::{Found, FrameSource, SourceError};

/// What a [`Scanner`] tells.
#[derive(Debug)]
pub enum Event {
    /// The first frame came; its size in pixels.
    Started {
        /// Width of the source's frames.
        width: u32,
        /// Height of the source's frames.
        height: u32,
    },
    /// A JPEG to show: found codes are painted over.
    Preview(Vec<u8>),
    /// Codes whose text was not told before by this scanner.
    Found(Vec<Found>),
    /// The source failed; this is the last event.
    Failed(SourceError),
}

/// How a [`Scanner`] runs.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// At most this wide is the preview; 0 asks for none.
    pub preview_width: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { preview_width: 640 }
    }
}

/// Scans a source until it is dropped.
#[derive(Debug)]
pub struct Scanner {}

impl Scanner {
    /// Starts to scan. `on_event` is called on the scanner's own thread; while it runs, frames are skipped, not queued.
    pub fn start(
        source: impl FrameSource + 'static,
        options: Options,
        on_event: impl FnMut(Event) + Send + 'static,
    ) -> Self {
        let _ = (source, options, on_event);
        Self {}
    }

    /// Stops and waits a moment for the threads; what a drop does too.
    pub fn stop(self) {}
}
