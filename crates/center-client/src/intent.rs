//! What a person means to happen once.

use data_encoding::HEXLOWER;
use rand_core::CryptoRng;

/// Goes along as `Idempotency-Key`: made once for what a person means, and used again when the answer did not come. The center
/// then does it once and gives the same answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent(String);

impl Intent {
    /// A new one.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(HEXLOWER.encode(&bytes))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}
