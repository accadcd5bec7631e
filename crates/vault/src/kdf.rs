//! What Argon2id costs: its floor, its ceiling, and how the cost is fitted to a machine.

use std::time::Duration;

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

    /// Fits the cost to this machine: the strongest parameters that derive a key within about `target`, never under the
    /// floor, never over the ceiling. Takes about as long as `target` itself.
    pub fn calibrate(target: Duration, monotonic: &dyn Fn() -> Duration) -> Self {
        let _ = (target, monotonic);
        todo!()
    }

    pub(crate) const fn from_stored(m_kib: u32, t: u32, p: u32) -> Self {
        Self { m_kib, t, p }
    }
}
