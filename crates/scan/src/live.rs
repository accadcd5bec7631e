//! A running camera: frames decoded as they come, and a preview that never shows a readable code.
//!
//! Two threads, no queue longer than one frame. The first takes the newest frame from the source; the second decodes it,
//! covers what was found, and hands the preview out. So a frame is shown only after it was searched. If
//! decoding is slower than the source, frames are skipped; the preview is as fluent as decoding is (about 5 ms a frame at
//! 640 x 480). A frame that could not be searched to its end in time is shown veiled: too coarse for any code.
//!
//! A hand trembles, and a code that was read in one frame may be missed in the next, in which a better decoder might still
//! read it: what was found stays covered for [`HOLD_FRAMES`] frames after it was seen last.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use zeroize::Zeroizing;

use crate::{
    Effort, Found, Frame, FrameSource, SourceError, camera::CameraError, clock::now, decode::inspect, preview,
};

/// How long one wait for a frame lasts; between two, a stop is noticed.
const PATIENCE: Duration = Duration::from_millis(500);
/// After so long without a frame the source is given up.
const SILENCE: Duration = Duration::from_secs(20);
/// For so many frames a code stays covered where it was seen last.
const HOLD_FRAMES: u32 = 8;
/// How much larger the cover grows with each such frame, as a part of its size.
const HOLD_GROWTH: f32 = 0.03;
/// How long a stop waits for each thread.
const FAREWELL: Duration = Duration::from_secs(1);

/// What a [`Scanner`] tells.
#[derive(Debug)]
pub enum Event {
    /// The first frame came.
    Started {
        /// Width of the source's frames in pixels.
        width: u32,
        /// Height of the source's frames in pixels.
        height: u32,
    },
    /// A JPEG to show: found codes are painted over.
    Preview(Vec<u8>),
    /// Codes whose text this scanner did not tell before.
    Found(Vec<Found>),
    /// The source failed or came to its end; this is the last event.
    Failed(SourceError),
}

/// How a [`Scanner`] runs.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The preview is at most so wide; 0 asks for none.
    pub preview_width: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { preview_width: 640 }
    }
}

/// Scans a source until it is dropped.
#[derive(Debug)]
pub struct Scanner {
    exchange: Arc<Exchange>,
    threads: Vec<JoinHandle<()>>,
}

impl Scanner {
    /// Starts to scan. `on_event` is called on the scanner's own thread; while it runs, frames are skipped, not queued.
    pub fn start(
        source: impl FrameSource + 'static,
        options: Options,
        mut on_event: impl FnMut(Event) + Send + 'static,
    ) -> Self {
        let exchange = Arc::new(Exchange::default());
        let spawn =
            |name: &str, work: Box<dyn FnOnce() + Send>| thread::Builder::new().name(name.into()).spawn(work);
        let running = Running::new(&exchange);
        let taker = spawn("tessera-frames", Box::new(move || take_frames(source, &running.0)));
        let running = Running::new(&exchange);
        let searcher = spawn(
            "tessera-search",
            Box::new(move || {
                // the caller's panic ends the scan; the source must not run on unseen
                drop(catch_unwind(AssertUnwindSafe(|| search_frames(&running.0, options, &mut on_event))));
                running.0.lock().stop = true;
                running.0.changed.notify_all();
            }),
        );
        if taker.is_err() || searcher.is_err() {
            // no thread to be had: the one that did start, if any, tells it and ends
            let detail = "the system starts no more threads".into();
            exchange.put(Err(CameraError::Failed { detail }.into()));
        }
        Self { exchange, threads: [taker, searcher].into_iter().flatten().collect() }
    }

    /// Stops and waits a moment for the threads; what a drop does too. No event comes after it returned, unless the
    /// source or `on_event` itself hangs.
    pub fn stop(self) {}

    /// True once the last event was told.
    pub fn is_over(&self) -> bool {
        self.exchange.lock().stop
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        let mut guard = self.exchange.lock();
        guard.stop = true;
        self.exchange.changed.notify_all();
        // dropped from within its own event, it must not wait for itself
        let own = thread::current().id();
        let others = self.threads.iter().filter(|thread| thread.thread().id() != own).count();
        let still = self.threads.len() - others;
        drop(self.exchange.changed.wait_timeout_while(guard, FAREWELL, |state| state.running > still));
    }
}

/// Where the newest frame, or the source's last word, lies between the two threads.
#[derive(Debug, Default)]
struct Exchange {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    next: Option<Result<Frame, SourceError>>,
    stop: bool,
    /// Threads that did not end yet.
    running: usize,
}

impl Exchange {
    fn lock(&self) -> MutexGuard<'_, State> {
        // the state is whole after every statement, whoever panicked
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, next: Result<Frame, SourceError>) {
        self.lock().next = Some(next);
        self.changed.notify_all();
    }

    /// Waits for the next frame; None when stopped.
    fn take(&self) -> Option<Result<Frame, SourceError>> {
        let mut guard = self
            .changed
            .wait_while(self.lock(), |state| state.next.is_none() && !state.stop)
            .unwrap_or_else(PoisonError::into_inner);
        let next = if guard.stop { None } else { guard.next.take() };
        self.changed.notify_all();
        next
    }

    /// Waits until the other thread took what lies here; false when stopped.
    fn wait_until_taken(&self) -> bool {
        let guard = self
            .changed
            .wait_while(self.lock(), |state| state.next.is_some() && !state.stop)
            .unwrap_or_else(PoisonError::into_inner);
        !guard.stop
    }
}

/// Counts a thread until it ends, however it ends.
struct Running(Arc<Exchange>);

impl Running {
    fn new(exchange: &Arc<Exchange>) -> Self {
        exchange.lock().running += 1;
        Self(Arc::clone(exchange))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.lock().running -= 1;
        self.0.changed.notify_all();
    }
}

fn take_frames(mut source: impl FrameSource, exchange: &Exchange) {
    let mut last = now();
    // only when the one before was taken: so the next is as new as can be, and none is lost of a recording
    while exchange.wait_until_taken() {
        match source.next_frame(PATIENCE) {
            Ok(frame) => {
                last = now();
                exchange.put(Ok(frame));
            }
            Err(error) if error.is_passing() && last.elapsed() < SILENCE => {}
            Err(error) => {
                exchange.put(Err(if error.is_passing() { CameraError::NoFrames.into() } else { error }));
                return;
            }
        }
    }
}

fn search_frames(exchange: &Exchange, options: Options, on_event: &mut dyn FnMut(Event)) {
    let mut told: Vec<Zeroizing<String>> = Vec::new();
    let mut cover = Cover::default();
    let mut started = false;
    while let Some(next) = exchange.take() {
        let frame = match next {
            Ok(frame) => frame,
            Err(error) => {
                on_event(Event::Failed(error));
                return;
            }
        };
        if !started {
            started = true;
            on_event(Event::Started { width: frame.width(), height: frame.height() });
        }
        let outcome = inspect(&frame, Effort::Live);
        let covered = cover.next(&outcome.found);
        if options.preview_width > 0 {
            let jpeg = if outcome.complete {
                preview::render(&frame, &covered, options.preview_width)
            } else {
                preview::veiled(&frame, &covered, options.preview_width)
            };
            on_event(Event::Preview(jpeg));
        }
        let new: Vec<Found> = outcome.found.into_iter().filter(|found| !told.contains(&found.text)).collect();
        if !new.is_empty() {
            told.extend(new.iter().map(|found| found.text.clone()));
            on_event(Event::Found(new));
        }
    }
}

/// What stays covered, with the number of frames since it was seen.
#[derive(Default)]
struct Cover(Vec<(Found, u32)>);

impl Cover {
    fn next(&mut self, found: &[Found]) -> Vec<Found> {
        self.0.retain_mut(|(held, age)| {
            *age += 1;
            *age <= HOLD_FRAMES && !found.iter().any(|f| f.text == held.text)
        });
        let mut covered: Vec<Found> = self.0.iter().map(|(held, age)| grown(held, *age)).collect();
        covered.extend(found.iter().cloned());
        self.0.extend(found.iter().map(|f| (f.clone(), 0)));
        covered
    }
}

fn grown(found: &Found, age: u32) -> Found {
    let middle = found.corners.iter().fold((0.0, 0.0), |m, c| (m.0 + c.0 / 4.0, m.1 + c.1 / 4.0));
    let by = 1.0 + HOLD_GROWTH * age as f32;
    let corners = found.corners.map(|c| (middle.0 + (c.0 - middle.0) * by, middle.1 + (c.1 - middle.1) * by));
    Found { text: found.text.clone(), corners }
}
