//! A reader that gives out only so much between two pieces, so that a piece without end fills no memory.

use std::io::{self, Read};

/// The most bytes of one piece: an event of XML, a line of CSV.
const PIECE: usize = 256 * 1024;

/// See the module.
pub(super) struct Limited<R> {
    inner: R,
    left: usize,
}

impl<R: Read> Limited<R> {
    pub(super) const fn new(inner: R) -> Self {
        Self { inner, left: PIECE }
    }

    /// The next piece begins.
    pub(super) const fn next_piece(&mut self) {
        self.left = PIECE;
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "one value of it is longer than 256 KiB"));
        }
        let most = buffer.len().min(self.left);
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read;
        Ok(read)
    }
}
