//! The order in which a picture is tried.
//!
//! rxing leads: it reads most pictures in a millisecond. What it misses is often read after a filter, each of which suits
//! one fault: a pale print, noise, uneven ink, a camera out of focus, modules of one pixel or of a hundred. Later tries run
//! even when an earlier one found a code, since a picture may hold several of different quality. rqrr, which reads fewer
//! pictures but not only a part of the same ones, comes last, and only when nothing was found.

use super::{Effort, Found, guarded, luma::Luma, readers};

/// Larger pictures are reduced to at most so many pixels first.
const MOST_PIXELS_LIVE: usize = 1_300_000;
const MOST_PIXELS_STILL: usize = 12_600_000;
/// From so many pixels on, a reduced view is tried before the whole.
const OVERVIEW_PIXELS: usize = 1_600_000;
/// Doubling is for small pictures: large ones have pixels enough.
const MOST_PIXELS_DOUBLED: usize = 1_000_000;
/// rqrr is slow on large pictures: 12 s on one clean code of 1480 x 1480.
const MOST_PIXELS_RQRR: usize = 640_000;

/// A try: a filter, then a decoder.
struct Try<'a> {
    filter: &'a dyn Fn(&Luma) -> Option<Luma>,
    read: fn(&Luma) -> Vec<Found>,
    /// From the filtered picture's pixels to the unfiltered one's: times this, then less the margin.
    scale: f32,
    margin: f32,
}

/// Tries until `over` says so (its argument: whether anything was found yet); what each try finds goes to `tell`.
/// True if every try that the effort asks for was made, and none broke.
pub(super) fn run(
    luma: &Luma,
    effort: Effort,
    over: &dyn Fn(bool) -> bool,
    tell: &mut dyn FnMut(Vec<Found>),
) -> bool {
    let mut session = Session { over, tell, any: false, complete: true };
    match effort {
        Effort::Live => {
            session.with_reduced(luma, MOST_PIXELS_LIVE, Session::live);
        }
        Effort::Still => {
            if luma.pixels() > OVERVIEW_PIXELS {
                session.with_reduced(luma, OVERVIEW_PIXELS, Session::live);
            }
            session.with_reduced(luma, MOST_PIXELS_STILL, Session::still);
            if !session.any {
                session.with_reduced(luma, MOST_PIXELS_RQRR, Session::last);
            }
        }
    }
    session.complete
}

struct Session<'a> {
    over: &'a dyn Fn(bool) -> bool,
    tell: &'a mut dyn FnMut(Vec<Found>),
    any: bool,
    complete: bool,
}

impl Session<'_> {
    fn with_reduced(&mut self, luma: &Luma, pixels: usize, go: impl FnOnce(&mut Self, &Luma, f32)) {
        let n = luma.divisor_under(pixels);
        if n == 1 {
            go(self, luma, 1.0);
        } else if let Some(reduced) = luma.reduced(n) {
            go(self, &reduced, n as f32);
        }
    }

    /// The set for a running camera, and the first look at a large still.
    fn live(&mut self, luma: &Luma, scale: f32) {
        self.plain(luma, scale, readers::rxing);
        self.filtered(luma, scale, &|l| Some(l.stretched()));
        self.filtered(luma, scale, &|l| Some(l.blurred()));
        self.filtered(luma, scale, &|l| Some(l.thresholded()));
    }

    fn still(&mut self, luma: &Luma, scale: f32) {
        self.plain(luma, scale, readers::rxing_twice);
        self.filtered(luma, scale, &|l| Some(l.stretched()));
        self.filtered(luma, scale, &|l| Some(l.blurred()));
        self.filtered(luma, scale, &|l| Some(l.thresholded()));
        self.filtered(luma, scale, &|l| Some(l.sharpened()));
        for n in [2u8, 3] {
            let half = |l: &Luma| l.reduced(usize::from(n));
            self.attempt(
                luma,
                scale,
                &Try { filter: &half, read: readers::rxing, scale: n.into(), margin: 0.0 },
            );
        }
        // a tight crop lacks the white margin that a code needs
        let margin = luma.width.max(luma.height) / 16 + 8;
        let framed = |l: &Luma| Some(l.framed(margin));
        self.attempt(
            luma,
            scale,
            &Try { filter: &framed, read: readers::rxing, scale: 1.0, margin: margin as f32 },
        );
        if luma.pixels() <= MOST_PIXELS_DOUBLED {
            let doubled = |l: &Luma| Some(l.doubled());
            self.attempt(
                luma,
                scale,
                &Try { filter: &doubled, read: readers::rxing, scale: 0.5, margin: 0.0 },
            );
        }
    }

    fn last(&mut self, luma: &Luma, scale: f32) {
        self.plain(luma, scale, readers::rqrr);
        let blurred = |l: &Luma| Some(l.blurred());
        self.attempt(luma, scale, &Try { filter: &blurred, read: readers::rqrr, scale: 1.0, margin: 0.0 });
        let half = |l: &Luma| l.reduced(2);
        self.attempt(luma, scale, &Try { filter: &half, read: readers::rqrr, scale: 2.0, margin: 0.0 });
        if luma.pixels() * 4 <= MOST_PIXELS_RQRR {
            let doubled = |l: &Luma| Some(l.doubled());
            self.attempt(
                luma,
                scale,
                &Try { filter: &doubled, read: readers::rqrr, scale: 0.5, margin: 0.0 },
            );
        }
        let inverted = |l: &Luma| Some(l.inverted());
        self.attempt(luma, scale, &Try { filter: &inverted, read: readers::rqrr, scale: 1.0, margin: 0.0 });
    }

    fn plain(&mut self, luma: &Luma, scale: f32, read: fn(&Luma) -> Vec<Found>) {
        self.attempt(luma, scale, &Try { filter: &|_| None, read, scale: 1.0, margin: 0.0 });
    }

    fn filtered(&mut self, luma: &Luma, scale: f32, filter: &dyn Fn(&Luma) -> Option<Luma>) {
        self.attempt(luma, scale, &Try { filter, read: readers::rxing, scale: 1.0, margin: 0.0 });
    }

    fn attempt(&mut self, luma: &Luma, scale: f32, this: &Try<'_>) {
        if (self.over)(self.any) {
            self.complete = false;
            return;
        }
        let read = guarded(|| match (this.filter)(luma) {
            Some(filtered) => (this.read)(&filtered),
            None => (this.read)(luma),
        });
        let Some(mut found) = read else {
            self.complete = false;
            return;
        };
        // a decoder may answer an empty text for noise
        found.retain(|found| !found.text.is_empty());
        for corner in found.iter_mut().flat_map(|found| &mut found.corners) {
            corner.0 = (corner.0 * this.scale - this.margin) * scale;
            corner.1 = (corner.1 * this.scale - this.margin) * scale;
        }
        if !found.is_empty() {
            self.any = true;
            (self.tell)(found);
        }
    }
}
