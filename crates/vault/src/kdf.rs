//! What Argon2id costs: its floor, its ceiling, and how the cost is fitted to a machine.

use std::time::Duration;

use crate::hazmat;

/// How far calibration raises memory above the floor.
const MEMORY_TIMES: u32 = 4;

/// The cost of deriving a key from a password with Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    m_kib: u32,
    t: u32,
    p: u32,
}

/// Parameters outside of what a new slot may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KdfParamsError {
    /// Weaker than [`KdfParams::FLOOR`].
    #[error("key derivation must use at least 64 MiB of memory, 3 passes and 4 lanes")]
    BelowFloor,
    /// Stronger than [`KdfParams::CEILING`], beyond which no reader goes.
    #[error("key derivation may use at most 1 GiB of memory, 16 passes and 16 lanes")]
    AboveCeiling,
}

impl KdfParams {
    /// The least that a slot is made with: 64 MiB, 3 passes, 4 lanes (RFC 9106 §4, second choice).
    pub const FLOOR: Self = Self { m_kib: 64 * 1024, t: 3, p: 4 };
    /// The most that is read: 1 GiB, 16 passes, 16 lanes. Above it a file could exhaust the machine that opens it.
    pub const CEILING: Self = Self { m_kib: 1024 * 1024, t: 16, p: 16 };

    /// Parameters for a new slot: `m_kib` KiB of memory, `t` passes, `p` lanes.
    ///
    /// # Errors
    /// [`KdfParamsError::BelowFloor`], [`KdfParamsError::AboveCeiling`].
    pub fn new(m_kib: u32, t: u32, p: u32) -> Result<Self, KdfParamsError> {
        let params = Self { m_kib, t, p };
        if params.is_above_ceiling() {
            Err(KdfParamsError::AboveCeiling)
        } else if params.is_below_floor() {
            Err(KdfParamsError::BelowFloor)
        } else {
            Ok(params)
        }
    }

    /// Memory in KiB.
    pub const fn m_kib(self) -> u32 {
        self.m_kib
    }

    /// Passes.
    pub const fn t(self) -> u32 {
        self.t
    }

    /// Lanes.
    pub const fn p(self) -> u32 {
        self.p
    }

    /// Whether any of the three is under [`KdfParams::FLOOR`]. Such a slot opens, with a warning.
    pub const fn is_below_floor(self) -> bool {
        self.m_kib < Self::FLOOR.m_kib || self.t < Self::FLOOR.t || self.p < Self::FLOOR.p
    }

    /// Whether any of the three is over [`KdfParams::CEILING`], or zero. Such a slot is refused before any memory is taken.
    pub const fn is_above_ceiling(self) -> bool {
        self.m_kib > Self::CEILING.m_kib
            || self.t > Self::CEILING.t
            || self.p > Self::CEILING.p
            || self.m_kib == 0
            || self.t == 0
            || self.p == 0
    }

    /// Fits the cost to this machine: about `target` for a derivation, by measuring one at the floor. Never under the
    /// floor, never over the ceiling. Memory goes up first, to 256 MiB: beyond that a smaller machine may not be able to
    /// open the vault at all; then passes.
    pub fn calibrate(target: Duration, monotonic: &dyn Fn() -> Duration) -> Self {
        let start = monotonic();
        if hazmat::stretch(b"calibration", &[0; 32], Self::FLOOR).is_err() {
            return Self::FLOOR;
        }
        let once = monotonic().saturating_sub(start).as_millis().max(1);
        // How many times the floor's work fits into the target.
        let times = u32::try_from(target.as_millis() / once).unwrap_or(u32::MAX).max(1);
        let m_kib = Self::FLOOR.m_kib * times.min(MEMORY_TIMES);
        let t = (Self::FLOOR.t * times.min(64) / (m_kib / Self::FLOOR.m_kib))
            .clamp(Self::FLOOR.t, Self::CEILING.t);
        Self { m_kib, t, p: Self::FLOOR.p }
    }

    pub(crate) const fn from_stored(m_kib: u32, t: u32, p: u32) -> Self {
        Self { m_kib, t, p }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_new_slot_is_never_weaker_than_the_floor_nor_stronger_than_the_ceiling() {
        assert_eq!(KdfParams::new(65_536, 3, 4), Ok(KdfParams::FLOOR));
        assert_eq!(KdfParams::new(1_048_576, 16, 16), Ok(KdfParams::CEILING));
        for (m, t, p) in [(65_535, 3, 4), (65_536, 2, 4), (65_536, 3, 3)] {
            assert_eq!(KdfParams::new(m, t, p), Err(KdfParamsError::BelowFloor));
        }
        for (m, t, p) in [(1_048_577, 3, 4), (65_536, 17, 4), (65_536, 3, 17), (0, 3, 4)] {
            assert_eq!(KdfParams::new(m, t, p), Err(KdfParamsError::AboveCeiling));
        }
    }

    #[test]
    fn calibration_raises_memory_first_and_stays_within_floor_and_ceiling() {
        let fitted = |floor_takes_ms: u64| {
            let calls = Cell::new(0);
            KdfParams::calibrate(Duration::from_millis(700), &|| {
                calls.set(calls.get() + 1);
                Duration::from_millis((calls.get() - 1) * floor_takes_ms)
            })
        };
        assert_eq!(fitted(2_000), KdfParams::FLOOR, "a slow machine");
        assert_eq!(fitted(300), KdfParams { m_kib: 128 * 1024, t: 3, p: 4 });
        assert_eq!(fitted(150), KdfParams { m_kib: 256 * 1024, t: 3, p: 4 });
        assert_eq!(fitted(70), KdfParams { m_kib: 256 * 1024, t: 7, p: 4 });
        assert_eq!(fitted(0), KdfParams { m_kib: 256 * 1024, t: 16, p: 4 }, "a clock that stands still");
        assert!(!fitted(1).is_above_ceiling() && !fitted(1).is_below_floor());
    }
}
