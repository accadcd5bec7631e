//! The QR codes in a frame.

mod guard;
mod luma;
mod readers;
mod tries;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use zeroize::Zeroizing;

use crate::{Frame, clock::now};
pub(crate) use guard::guarded;
use luma::Luma;

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A frame of a running camera: another comes soon.
    Live,
    /// A picture that comes once.
    Still,
}

impl Effort {
    /// After this time no new try begins. Once a code was found, the rest is looked for less long.
    fn budget(self, found_any: bool) -> Duration {
        match (self, found_any) {
            (Self::Live, _) => Duration::from_millis(500),
            (Self::Still, false) => Duration::from_millis(550),
            (Self::Still, true) => Duration::from_millis(350),
        }
    }

    /// After this time a try that still runs is abandoned.
    fn deadline(self) -> Duration {
        match self {
            Self::Live => Duration::from_millis(800),
            Self::Still => Duration::from_millis(850),
        }
    }
}

/// A QR code that was read.
#[derive(Clone)]
pub struct Found {
    /// What it says.
    pub text: Zeroizing<String>,
    /// Its corners in the frame's pixels, in order around it.
    pub corners: [(f32, f32); 4],
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").field("text", &"..").field("corners", &self.corners).finish()
    }
}

/// Every QR code in the frame, each text once: dark on light or light on dark, turned, mirrored, several at a time.
///
/// Never panics and never takes as long as a second: the decoders run in a thread of their own, behind a guard, and what
/// still runs at the deadline is abandoned. What was found until then is returned.
pub fn decode(frame: &Frame, effort: Effort) -> Vec<Found> {
    inspect(frame, effort).found
}

/// What [`decode`] found, and whether it could look as hard as it was asked to.
pub(crate) struct Outcome {
    pub(crate) found: Vec<Found>,
    /// False if time ran out: the frame may hold a readable code that is not in `found`.
    pub(crate) complete: bool,
}

/// Threads that decode, abandoned ones included.
static RUNNING: AtomicUsize = AtomicUsize::new(0);
/// A decoder that hangs on a camera's picture hangs on the next one too: so many threads are the most it can hold.
const MOST_RUNNING: usize = 8;

pub(crate) fn inspect(frame: &Frame, effort: Effort) -> Outcome {
    let start = now();
    let mut outcome = Outcome { found: Vec::new(), complete: false };
    let Some(place) = Place::take() else { return outcome };
    let luma = Luma::new(frame.width() as usize, frame.height() as usize, frame.to_luma());
    let stop = Arc::new(AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    let worker = {
        let stop = Arc::clone(&stop);
        thread::Builder::new().name("tessera-decode".into()).spawn(move || {
            let _place = place;
            let over = |any: bool| stop.load(Ordering::Relaxed) || start.elapsed() > effort.budget(any);
            // when the caller has gone, sending fails and `stop` ends the tries
            let mut tell = |found| drop(sender.send(Message::Found(found)));
            let complete = tries::run(&luma, effort, &over, &mut tell);
            drop(sender.send(Message::Done { complete }));
        })
    };
    if worker.is_err() {
        return outcome;
    }
    loop {
        match receiver.recv_timeout(effort.deadline().saturating_sub(start.elapsed())) {
            Ok(Message::Found(found)) => merge(&mut outcome.found, found),
            Ok(Message::Done { complete }) => {
                outcome.complete = complete;
                break;
            }
            Err(_) => break,
        }
    }
    stop.store(true, Ordering::Relaxed);
    outcome
}

enum Message {
    Found(Vec<Found>),
    Done { complete: bool },
}

/// One of the places that [`RUNNING`] counts, given back when dropped.
struct Place;

impl Place {
    fn take() -> Option<Self> {
        RUNNING
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < MOST_RUNNING).then_some(n + 1))
            .ok()
            .map(|_| Self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Adds what is new: no text twice, and of one printed code only the first reading.
fn merge(all: &mut Vec<Found>, new: Vec<Found>) {
    for found in new {
        let known = all.iter().any(|known| known.text == found.text || same_place(known, &found));
        if !known {
            all.push(found);
        }
    }
}

/// True if each code's middle lies well within the other.
fn same_place(a: &Found, b: &Found) -> bool {
    let middle = |f: &Found| {
        let sum = f.corners.iter().fold((0.0, 0.0), |sum, c| (sum.0 + c.0, sum.1 + c.1));
        (sum.0 / 4.0, sum.1 / 4.0)
    };
    let reach = |f: &Found, m: (f32, f32)| {
        f.corners.iter().map(|c| (c.0 - m.0).hypot(c.1 - m.1)).fold(f32::INFINITY, f32::min)
    };
    let (ma, mb) = (middle(a), middle(b));
    (ma.0 - mb.0).hypot(ma.1 - mb.1) < 0.5 * reach(a, ma).min(reach(b, mb))
}
