//! What tests need instead of the world: a clock that stands still, randomness that repeats, entries to try, a drive that sleeps.
//!
//! **For tests only.** [`SeededRng`] gives everyone who knows its seed the same "secrets". This crate is a
//! dev-dependency everywhere and depends on nothing above `otp`; the layer check keeps both.
//!
//! ```
//! use rand_core::Rng as _;
//! use tessera_testkit::{FixedClock, SeededRng, sample};
//!
//! let clock = FixedClock::new(1_700_000_000);
//! clock.advance(30);
//! assert_eq!(clock.now(), 1_700_000_030);
//! assert_eq!(SeededRng::new(7).next_u64(), SeededRng::new(7).next_u64());
//! assert_eq!(sample::entries(100).len(), 100);
//! ```

mod clock;
#[cfg(target_os = "linux")]
pub mod drive;
mod rng;
pub mod sample;

pub use clock::FixedClock;
pub use rng::SeededRng;
