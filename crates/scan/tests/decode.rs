//! What is read from a frame, and what never happens while reading.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods,
    clippy::panic
)]

mod paint;

use std::{sync::mpsc, time::Duration};

use paint::{Canvas, URI};
use proptest::prelude::*;
use tessera_scan::{Effort, Frame, decode, load_image};

fn texts(canvas: &Canvas, effort: Effort) -> Vec<String> {
    let mut texts: Vec<_> = decode(&canvas.frame(), effort).iter().map(|f| f.text.to_string()).collect();
    texts.sort();
    texts
}

fn one(canvas: &Canvas) {
    for effort in [Effort::Live, Effort::Still] {
        assert_eq!(texts(canvas, effort), [URI], "{effort:?}");
    }
}

#[test]
fn a_plain_code_is_read() {
    let mut canvas = Canvas::new(640, 480, 200);
    canvas.code(URI, 100, 60, 5, 0, 255);
    one(&canvas);
}

#[test]
fn a_light_code_on_a_dark_page_is_read() {
    let mut canvas = Canvas::new(640, 480, 20);
    canvas.code(URI, 100, 60, 5, 235, 20);
    one(&canvas);
}

#[test]
fn a_mirrored_code_is_read() {
    let mut canvas = Canvas::new(640, 480, 200);
    canvas.code(URI, 100, 60, 5, 0, 255);
    for row in canvas.luma.chunks_exact_mut(640) {
        row.reverse();
    }
    one(&canvas);
}

#[test]
fn a_pale_code_in_noise_is_read() {
    let mut canvas = Canvas::new(640, 480, 140);
    canvas.code(URI, 100, 60, 6, 110, 150);
    canvas.noise(8);
    one(&canvas);
}

#[test]
fn a_turned_and_slanted_code_is_read() {
    let mut canvas = Canvas::new(640, 480, 180);
    canvas.code(URI, 160, 90, 5, 20, 240);
    for degrees in [10.0, 45.0, 90.0, 200.0] {
        one(&canvas.slanted(degrees, 0.12, 180));
    }
}

#[test]
fn several_codes_in_a_frame_are_read_each_once() {
    let mut canvas = Canvas::new(1280, 720, 220);
    canvas.code(URI, 20, 20, 5, 0, 255);
    canvas.code("second", 500, 30, 6, 0, 255);
    canvas.code("third, inverted", 800, 30, 6, 255, 0);
    canvas.code("second", 500, 400, 6, 0, 255);
    for effort in [Effort::Live, Effort::Still] {
        assert_eq!(texts(&canvas, effort), [URI, "second", "third, inverted"], "{effort:?}");
    }
}

#[test]
fn the_corners_enclose_the_code() {
    let mut canvas = Canvas::new(640, 480, 255);
    let side = canvas.code(URI, 100, 60, 6, 0, 255) as f32;
    let found = decode(&canvas.frame(), Effort::Live);
    let (left, top, right, bottom) = (124.0, 84.0, 100.0 + side - 24.0, 60.0 + side - 24.0);
    for (corner, (x, y)) in
        found[0].corners.iter().zip([(left, top), (right, top), (right, bottom), (left, bottom)])
    {
        assert!((corner.0 - x).abs() < 4.0 && (corner.1 - y).abs() < 4.0, "{corner:?} is not {x}, {y}");
    }
}

#[test]
fn a_still_is_read_from_one_pixel_a_module_to_a_poster() {
    let mut tiny = Canvas::new(80, 80, 255);
    tiny.code(URI, 2, 2, 1, 0, 255);
    assert_eq!(texts(&tiny, Effort::Still), [URI]);
    let mut cropped = Canvas::new(45 * 4, 45 * 4, 0);
    cropped.code("tight", 0, 0, 7, 0, 255);
    assert_eq!(texts(&cropped, Effort::Still), ["tight"]);
    // the code is small on a large screen: reducing alone would lose it
    let mut screen = Canvas::new(3840, 2160, 90);
    screen.code(URI, 3300, 1700, 3, 0, 255);
    assert_eq!(texts(&screen, Effort::Still), [URI]);
    let mut poster = Canvas::new(4000, 4000, 255);
    poster.code(URI, 0, 0, 70, 0, 255);
    assert_eq!(texts(&poster, Effort::Still), [URI]);
}

#[test]
fn unicode_is_read_as_it_was_written() {
    let text = "otpauth://totp/Zażółć:名前🔑?secret=JBSWY3DPEHPK3PXP";
    let mut canvas = Canvas::new(640, 480, 255);
    canvas.code(text, 10, 10, 5, 0, 255);
    assert_eq!(texts(&canvas, Effort::Still), [text]);
}

#[test]
fn debug_never_tells_the_text() {
    let mut canvas = Canvas::new(640, 480, 255);
    canvas.code(URI, 10, 10, 5, 0, 255);
    let shown = format!("{:?}", decode(&canvas.frame(), Effort::Live));
    assert!(shown.contains("corners") && !shown.contains("JBSW"));
}

/// How long they take is measured by `cargo xtask bench scan`; here the bound only tells an end from none.
#[test]
fn pictures_made_to_be_slow_come_to_an_end() {
    for (name, canvas) in paint::slow() {
        for effort in [Effort::Live, Effort::Still] {
            let (sender, done) = mpsc::channel();
            let frame = canvas.frame();
            std::thread::spawn(move || {
                let _ = sender.send(decode(&frame, effort).len());
            });
            let found = done.recv_timeout(Duration::from_mins(1));
            assert_eq!(found, Ok(0), "{name}, {effort:?}");
        }
    }
}

/// As many cases as usual, or as `cargo xtask soak` asks for.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(64)))]

    #[test]
    fn any_small_frame_is_decoded_without_a_panic(width in 1u32..48, height in 1u32..48, seed in any::<u64>(), levels in 1u8..=4) {
        let mut state = seed | 1;
        let luma = (0..width * height).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % u64::from(levels)) as u8 * (255 / levels)
        }).collect();
        let _ = decode(&Frame::from_luma(width, height, luma).unwrap(), Effort::Still);
    }

    #[test]
    fn any_bytes_are_loaded_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..512), head in 0usize..6) {
        let heads: [&[u8]; 6] = [b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0", b"RIFF\x20\0\0\0WEBPVP8 ", b"GIF89a", b"BM"];
        let _ = load_image(&[heads[head], &bytes].concat());
    }

    #[test]
    fn any_flipped_byte_of_an_image_is_read_or_refused(at in any::<prop::sample::Index>(), to in any::<u8>(), format in 0usize..5) {
        use image::ImageFormat::{Bmp, Gif, Jpeg, Png, WebP};
        let image = image::RgbImage::from_fn(9, 7, |x, y| image::Rgb([x as u8 * 20, y as u8 * 30, 0]));
        let mut out = std::io::Cursor::new(Vec::new());
        image.write_to(&mut out, [Png, Jpeg, WebP, Gif, Bmp][format]).unwrap();
        let mut bytes = out.into_inner();
        let at = at.index(bytes.len());
        bytes[at] = to;
        let _ = load_image(&bytes);
    }
}
