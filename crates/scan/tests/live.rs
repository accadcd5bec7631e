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
    sync::mpsc,
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
    dropped.recv_timeout(Duration::from_secs(2)).expect("the source is dropped");
    assert!(events.try_iter().count() < 1000);
    assert!(events.recv_timeout(Duration::from_millis(200)).is_err());
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
    let start = Instant::now();
    scanner.stop();
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_callback_that_panics_ends_the_scan() {
    std::panic::set_hook(Box::new(|_| {}));
    let frames = Recorded::forever([with_code("x", 0).frame()]);
    let scanner = Scanner::start(frames, Options::default(), |_| panic!("in the caller's code"));
    let start = Instant::now();
    while !scanner.is_over() {
        assert!(start.elapsed() < Duration::from_secs(5));
        std::thread::yield_now();
    }
}
