//! Randomness that repeats.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest as _, Sha256};

/// SHA-256 over seed and counter. It claims to be a `CryptoRng`, so that code under test takes it, and its output has
/// no visible pattern; but whoever knows the seed knows everything. **For tests only.**
#[derive(Debug, Clone)]
pub struct SeededRng {
    seed: [u8; 32],
    block: [u8; 32],
    /// How many bytes of the block were given out.
    used: usize,
    counter: u64,
}

impl SeededRng {
    /// One seed, one sequence.
    pub fn new(seed: u64) -> Self {
        Self::with_label(seed, "")
    }

    /// Sequences of the same seed that have nothing to do with each other, told apart by a label.
    pub fn with_label(seed: u64, label: &str) -> Self {
        let seed = Sha256::new()
            .chain_update(b"tessera testkit, for tests only")
            .chain_update(seed.to_le_bytes())
            .chain_update(label)
            .finalize();
        Self { seed: seed.into(), block: [0; 32], used: 32, counter: 0 }
    }

    fn fill(&mut self, target: &mut [u8]) {
        for byte in target {
            if self.used == self.block.len() {
                self.block = Sha256::new()
                    .chain_update(self.seed)
                    .chain_update(self.counter.to_le_bytes())
                    .finalize()
                    .into();
                self.counter = self.counter.wrapping_add(1);
                self.used = 0;
            }
            *byte = self.block[self.used];
            self.used += 1;
        }
    }
}

impl Default for SeededRng {
    fn default() -> Self {
        Self::new(0)
    }
}

impl TryRng for SeededRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        self.fill(target);
        Ok(())
    }
}

impl TryCryptoRng for SeededRng {}

#[cfg(test)]
mod tests {
    use rand_core::{CryptoRng, Rng as _};

    use super::*;

    #[test]
    fn a_seed_gives_one_sequence_however_it_is_cut() {
        let mut whole = [0; 100];
        SeededRng::new(1).fill_bytes(&mut whole);
        let mut pieces = [0; 100];
        let mut rng = SeededRng::new(1);
        for piece in pieces.chunks_mut(7) {
            rng.fill_bytes(piece);
        }
        assert_eq!(whole, pieces);
    }

    #[test]
    fn another_seed_or_label_gives_another_sequence() {
        let first = SeededRng::new(1).next_u64();
        assert_ne!(first, SeededRng::new(2).next_u64());
        assert_ne!(first, SeededRng::with_label(1, "nonces").next_u64());
    }

    #[test]
    fn it_is_taken_where_a_crypto_rng_is_asked_for() {
        let mut boxed: Box<dyn CryptoRng + Send> = Box::new(SeededRng::default());
        assert_ne!(boxed.next_u64(), boxed.next_u64());
    }
}
