//! Decoding against the bare decoders, and the preview's rate, on pictures that are generated here:
//! `cargo xtask bench scan`.
//!
//! One run measures all three on the same pictures and ends with a table of what each reads and of our time as a ratio to
//! the others'. `-- --table` prints the table alone, without criterion's statistics.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic
)]

#[path = "../tests/paint/mod.rs"]
mod paint;

use std::{
    hint::black_box,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    time::{Duration, Instant},
};

use criterion::Criterion;
use paint::{Canvas, URI};
use rxing::{
    BinaryBitmap, DecodeHints, Luma8LuminanceSource, MultiFormatReader, Reader, common::HybridBinarizer,
};
use tessera_scan::{
    Effort, Frame, Recorded, decode,
    live::{Event, Options, Scanner},
};

/// What a person holds before a camera or drops into the window.
fn pictures() -> Vec<(&'static str, Canvas)> {
    let clean = |width, height, module| {
        let mut canvas = Canvas::new(width, height, 190);
        canvas.code(URI, width / 8, height / 12, module, 0, 255);
        canvas
    };
    let with = |change: &dyn Fn(&mut Canvas)| {
        let mut canvas = clean(640, 480, 6);
        change(&mut canvas);
        canvas
    };
    let mut pale = Canvas::new(640, 480, 130);
    pale.code(URI, 80, 40, 6, 118, 142);
    pale.noise(5);
    let mut inverted = Canvas::new(640, 480, 30);
    inverted.code(URI, 80, 40, 6, 230, 30);
    let mut empty = Canvas::new(640, 480, 128);
    empty.noise(90);
    let mut screen = Canvas::new(1920, 1080, 60);
    screen.code(URI, 1200, 500, 4, 0, 255);
    vec![
        ("clean 640x480", clean(640, 480, 6)),
        ("noise", with(&|c| c.noise(70))),
        ("slanted", clean(640, 480, 6).slanted(25.0, 0.12, 190)),
        ("pale", pale),
        ("inverted", inverted),
        ("clean 1280x720", clean(1280, 720, 9)),
        ("screen 1920x1080", screen),
        ("no code", empty),
    ]
}

type Decoder = (&'static str, fn(&Canvas) -> bool);

const DECODERS: [Decoder; 4] = [
    ("ours, live", |c| decode(&c.frame(), Effort::Live).iter().any(|f| f.text.as_str() == URI)),
    ("ours, still", |c| decode(&c.frame(), Effort::Still).iter().any(|f| f.text.as_str() == URI)),
    ("rxing", bare_rxing),
    ("rqrr", bare_rqrr),
];

fn bare_rxing(canvas: &Canvas) -> bool {
    let (width, height) = (u32::try_from(canvas.width).unwrap(), u32::try_from(canvas.height).unwrap());
    let source = Luma8LuminanceSource::new(canvas.luma.clone(), width, height).unwrap();
    let hints = DecodeHints {
        TryHarder: Some(true),
        AlsoInverted: Some(true),
        PossibleFormats: Some([rxing::BarcodeFormat::QR_CODE].into()),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    MultiFormatReader::default().decode_with_hints(&mut bitmap, &hints).is_ok_and(|r| r.getText() == URI)
}

fn bare_rqrr(canvas: &Canvas) -> bool {
    catch_unwind(AssertUnwindSafe(|| {
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(canvas.width, canvas.height, |x, y| {
            canvas.luma[y * canvas.width + x]
        });
        image.detect_grids().iter().any(|grid| grid.decode().is_ok_and(|(_, text)| text == URI))
    }))
    .unwrap_or(false)
}

/// The median of eleven runs.
fn time(decoder: fn(&Canvas) -> bool, canvas: &Canvas) -> Duration {
    let mut times: Vec<_> = (0..11)
        .map(|_| {
            let start = Instant::now();
            black_box(decoder(black_box(canvas)));
            start.elapsed()
        })
        .collect();
    times.sort();
    times[5]
}

fn table(pictures: &[(&str, Canvas)]) {
    print!("\n{:<18}", "ms (read?)");
    for (name, _) in DECODERS {
        print!("{name:>16}");
    }
    println!("{:>14}{:>14}", "live / rxing", "live / rqrr");
    let (mut read, mut sums) = ([0; 4], [0.0; 4]);
    for (name, canvas) in pictures {
        print!("{name:<18}");
        let mut row = [0.0; 4];
        for (i, (_, decoder)) in DECODERS.iter().enumerate() {
            let ok = decoder(canvas);
            row[i] = time(*decoder, canvas).as_secs_f64() * 1000.0;
            read[i] += usize::from(ok);
            sums[i] += row[i];
            print!("{:>10.2} {:<5}", row[i], if ok { "yes" } else { "no" });
        }
        println!("{:>14.2}{:>14.2}", row[0] / row[2], row[0] / row[3]);
    }
    print!("{:<18}", "all");
    for i in 0..4 {
        print!("{:>10.2} {:<5}", sums[i], format!("{}/{}", read[i], pictures.len() - 1));
    }
    println!("{:>14.2}{:>14.2}\n", sums[0] / sums[2], sums[0] / sums[3]);
}

/// Previews a second of a camera's frames with a code in each.
fn rate(frame: &Frame) -> f64 {
    let (sender, events) = mpsc::channel();
    let source = Recorded::forever([frame.clone()]);
    let scanner = Scanner::start(source, Options::default(), move |event| drop(sender.send(event)));
    let start = Instant::now();
    let shown = events.iter().filter(|e| matches!(e, Event::Preview(_))).take(20).count();
    let rate = shown as f64 / start.elapsed().as_secs_f64();
    drop(scanner);
    rate
}

/// The best of three: what the machine builds meanwhile says nothing about us. From 15 on it looks fluent.
fn rates() {
    for (width, height, module) in [(640, 480, 5), (1280, 720, 8)] {
        let mut canvas = Canvas::new(width, height, 190);
        canvas.code(URI, 100, 40, module, 0, 255);
        canvas.noise(6);
        let frame = Frame::from_rgb(width as u32, height as u32, canvas.rgb()).unwrap();
        let best = (0..3).map(|_| rate(&frame)).fold(0.0, f64::max);
        println!("{best:.1} previews a second at {width} x {height}");
    }
}

/// Nothing takes a second, pictures made to be slow neither.
fn slowest() {
    for (name, canvas) in paint::slow() {
        for effort in [Effort::Live, Effort::Still] {
            let frame = canvas.frame();
            let start = Instant::now();
            black_box(decode(black_box(&frame), effort));
            println!("{name}, {effort:?}: {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);
        }
    }
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let pictures = pictures();
    if !std::env::args().any(|arg| arg == "--table") {
        let mut criterion = Criterion::default()
            .configure_from_args()
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1))
            .sample_size(20);
        let mut group = criterion.benchmark_group("decode");
        for (name, canvas) in &pictures {
            for (decoder, run) in DECODERS {
                group.bench_function(format!("{name}/{decoder}"), |b| b.iter(|| run(black_box(canvas))));
            }
        }
        group.finish();
        criterion.final_summary();
    }
    table(&pictures);
    rates();
    slowest();
}
