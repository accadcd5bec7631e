//! Where keys live: on a page of their own that the system is asked not to swap out, wiped when dropped.

use std::hint::black_box;

use zeroize::Zeroize as _;

const PAGE: usize = 4096;

#[repr(align(4096))]
struct Page([u8; PAGE]);

/// A page for keys, locked in memory where the system allows it. Its refusal (a limit, a container) is no error: the
/// keys are wiped all the same.
pub(crate) struct KeyPage {
    lock: Option<region::LockGuard>,
    page: Box<Page>,
}

impl KeyPage {
    pub(crate) fn new() -> Self {
        let page = Box::new(Page([0; PAGE]));
        let lock = region::lock(page.0.as_ptr(), PAGE).ok();
        Self { lock, page }
    }

    pub(crate) fn bytes(&self) -> &[u8; PAGE] {
        &self.page.0
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; PAGE] {
        &mut self.page.0
    }
}

impl Drop for KeyPage {
    fn drop(&mut self) {
        self.page.0.zeroize();
        // Unlocked only once it is empty, and before the memory is given back.
        drop(self.lock.take());
    }
}

/// Overwrites what calls that have returned left on this thread's stack: ciphers and hashes keep key schedules and
/// blocks in their own frames, and nobody else clears those.
#[inline(never)]
#[allow(clippy::large_stack_arrays, reason = "it is the stack that is to be overwritten")]
pub(crate) fn scrub_stack() {
    let mut below = [0_u8; 64 * 1024];
    black_box(&mut below).zeroize();
    black_box(&below);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_page_shares_its_page_with_nothing_else() {
        let page = KeyPage::new();
        assert_eq!(page.bytes().as_ptr().addr() % PAGE, 0);
        assert_eq!(size_of::<Page>(), PAGE);
    }
}
