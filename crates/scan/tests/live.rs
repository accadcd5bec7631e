//! The running scan and its preview, fed with recorded frames.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods
)]

mod paint;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use paint::{Canvas, URI};
use tessera_scan::{
    Effort, Frame, FrameSource, Recorded, SourceError, decode,
    live::{Event, Options, Scanner},
    load_image, preview,
};

fn scan(source: impl FrameSource + 'static) -> (Scanner, mpsc::Receiver<Event>) {
    let (sender, events) = mpsc::channel();
    (Scanner::start(source, Options { preview_width: 1280 }, move |event| drop(sender.send(event))), events)
}

fn with_code(text: &str, left: usize) -> Canvas {
    let mut canvas = Canvas::new(640, 480, 190);
    canvas.code(text, left, 40, 5, 0, 255);
    canvas
}

fn nothing_readable(jpeg: &[u8]) {
    let shown = load_image(jpeg).unwrap();
    assert!(decode(&shown, Effort::Still).is_empty(), "the preview shows a readable code");
}

#[test]
fn a_code_is_found_once_and_never_shown() {
    let frames = [0, 20, 40, 60].map(|left| with_code(URI, left).frame());
    let (_scanner, events) = scan(Recorded::once(frames));
    let (mut previews, mut found, mut ended) = (0, Vec::new(), false);
    for event in events {
        match event {
            Event::Started { width, height } => assert_eq!((width, height), (640, 480)),
            Event::Preview(jpeg) => {
                previews += 1;
                nothing_readable(&jpeg);
            }
            Event::Found(new) => found.extend(new.iter().map(|f| f.text.to_string())),
            Event::Failed(error) => ended = matches!(error, SourceError::Ended),
        }
    }
    assert_eq!((previews, found, ended), (4, vec![URI.to_owned()], true));
}

#[test]
fn nothing_readable_is_left_of_any_code_in_a_preview() {
    let mut many = Canvas::new(1280, 720, 225);
    many.code(URI, 10, 10, 4, 0, 255);
    many.code("second", 400, 20, 8, 255, 0);
    many.code("third", 800, 300, 10, 60, 200);
    let mut noisy = with_code(URI, 100);
    noisy.noise(60);
    let canvases = [
        with_code(URI, 100),
        with_code(URI, 100).slanted(33.0, 0.15, 190),
        many.slanted(8.0, 0.1, 225),
        many,
        noisy,
    ];
    for canvas in canvases {
        let rgb = Frame::from_rgb(canvas.width as u32, canvas.height as u32, canvas.rgb()).unwrap();
        let found = decode(&rgb, Effort::Live);
        assert!(!found.is_empty());
        for width in [1280, 640, 320] {
            nothing_readable(&preview::render(&rgb, &found, width));
        }
    }
}

#[test]
fn a_code_that_was_seen_stays_covered_for_a_while() {
    let seen = with_code(URI, 100);
    // the next frame's code is spoilt for our reader: a stripe through two of its corners, which a person could repair
    let mut spoilt = seen.clone();
    for y in 40..130 {
        for x in 100..400 {
            spoilt.set(x, y, 190);
        }
    }
    let below = 250 * 640 + 200;
    let (_scanner, events) = scan(Recorded::once([seen.frame(), spoilt.frame()]));
    let previews: Vec<_> =
        events.iter().filter_map(|e| if let Event::Preview(jpeg) = e { Some(jpeg) } else { None }).collect();
    let shown = image::load_from_memory(&previews[1]).unwrap().into_luma8();
    assert!(shown.as_raw()[below] < 60, "the rest of the code is covered");
}

#[test]
fn a_code_in_a_preview_is_painted_over_and_outlined() {
    let canvas = with_code(URI, 100);
    let frame = canvas.frame();
    let corners = decode(&frame, Effort::Live)[0].corners;
    let (_scanner, events) = scan(Recorded::once([frame]));
    let jpeg =
        events.iter().find_map(|e| if let Event::Preview(jpeg) = e { Some(jpeg) } else { None }).unwrap();
    let shown = image::load_from_memory(&jpeg).unwrap().into_rgb8();
    let (left, right) = corners.iter().fold((f32::MAX, 0.0_f32), |s, c| (s.0.min(c.0), s.1.max(c.0)));
    let (top, bottom) = corners.iter().fold((f32::MAX, 0.0_f32), |s, c| (s.0.min(c.1), s.1.max(c.1)));
    // the cover is dark all over; a JPEG's edges leave a little
    for (x, y) in (left as u32..right as u32).zip(top as u32..bottom as u32) {
        assert!(shown.get_pixel(x, y).0.iter().all(|&c| c < 80), "{x} {y} {:?}", shown.get_pixel(x, y));
    }
    // from outside inward: what surrounds the code, then a line of the accent color, more green than red
    let middle = f32::midpoint(top, bottom) as u32;
    let line = (0..left as u32).filter(|&x| {
        let [red, green, _] = shown.get_pixel(x, middle).0;
        i32::from(green) - i32::from(red) > 50
    });
    assert!(line.count() >= 2, "an outline left of the code");
    assert!(shown.get_pixel(20, middle).0[0] > 150, "what is no code stays visible");
}

/// A camera that never waits and numbers its frames by their width.
struct Numbered(Arc<AtomicU32>);
impl FrameSource for Numbered {
    fn next_frame(&mut self, _: Duration) -> Result<Frame, SourceError> {
        let width = 64 + self.0.fetch_add(1, Ordering::SeqCst);
        Ok(Frame::from_luma(width, 64, vec![200; width as usize * 64]).unwrap())
    }
}

#[test]
fn while_one_frame_is_dealt_with_none_queue_and_the_next_waits_for_nobody() {
    let taken = Arc::new(AtomicU32::new(0));
    let (sender, events) = mpsc::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    // the start returns although the first event is never dealt with until we say so
    let scanner =
        Scanner::start(Numbered(Arc::clone(&taken)), Options { preview_width: 1280 }, move |event| {
            drop(sender.send(event));
            let _ = wait.recv();
        });
    let hang = Duration::from_mins(1);
    for number in 0..10 {
        let event = events.recv_timeout(hang).expect("an event for each that was dealt with");
        // those that were dealt with or are under way, one that lies ready, and no more, however long this one takes
        assert!(taken.load(Ordering::SeqCst) <= number.max(1) + 1, "frames are not queued");
        match event {
            Event::Started { width, .. } => assert_eq!((number, width), (0, 64)),
            Event::Preview(jpeg) => {
                let shown = image::load_from_memory(&jpeg).unwrap();
                assert_eq!(shown.width(), 64 + number - 1, "in the order in which they came, none twice");
            }
            other => panic!("{other:?}"),
        }
        go_on.send(()).unwrap();
    }
    drop(go_on);
    drop(scanner);
}

#[test]
fn a_stopped_scan_says_nothing_more_and_drops_its_source() {
    struct Watched(Recorded, mpsc::Sender<()>);
    impl FrameSource for Watched {
        fn next_frame(&mut self, deadline: Duration) -> Result<Frame, SourceError> {
            self.0.next_frame(deadline)
        }
    }
    impl Drop for Watched {
        fn drop(&mut self) {
            let _ = self.1.send(());
        }
    }
    let (sender, dropped) = mpsc::channel();
    let (scanner, events) = scan(Watched(Recorded::forever([with_code(URI, 0).frame()]), sender));
    events.recv().unwrap();
    scanner.stop();
    dropped.recv_timeout(Duration::from_mins(1)).expect("the source is dropped");
    // the sender went with the scan: after what was told before, there is an end
    assert!(events.iter().count() < 1000);
}

#[test]
fn a_source_that_hangs_holds_nobody() {
    struct Hangs;
    impl FrameSource for Hangs {
        fn next_frame(&mut self, _: Duration) -> Result<Frame, SourceError> {
            loop {
                std::thread::park();
            }
        }
    }
    let (scanner, _events) = scan(Hangs);
    let (sender, stopped) = mpsc::channel();
    std::thread::spawn(move || {
        scanner.stop();
        let _ = sender.send(());
    });
    stopped.recv_timeout(Duration::from_mins(1)).expect("the stop does not wait for the source");
}

#[test]
fn a_callback_that_panics_ends_the_scan() {
    std::panic::set_hook(Box::new(|_| {}));
    let frames = Recorded::forever([with_code("x", 0).frame()]);
    let scanner = Scanner::start(frames, Options::default(), |_| panic!("in the caller's code"));
    let start = Instant::now();
    while !scanner.is_over() {
        assert!(start.elapsed() < Duration::from_mins(1));
        std::thread::yield_now();
    }
}
