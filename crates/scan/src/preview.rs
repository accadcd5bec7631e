//! What the window shows of a frame.
//!
//! The web page that shows the preview is not trusted with codes (DESIGN §4): every code that was read is covered before
//! the picture leaves this process, and the outline tells the person that it was seen.

use image::codecs::jpeg::JpegEncoder;

use crate::{Found, Frame};

/// What covers a code: the app's dark surface.
const COVER: [u8; 3] = [0x10, 0x18, 0x1c];
/// The outline: the app's accent color.
const OUTLINE: [u8; 3] = [0x5f, 0xc8, 0xbc];
/// How far the cover reaches beyond the code, as a part of its size: corners are estimates.
const MARGIN: f32 = 0.08;
const QUALITY: u8 = 75;
/// A frame that was not searched to its end is shown with so many blocks across: too few for the smallest code (21
/// modules), even if it filled the picture.
const VEIL_BLOCKS: u32 = 20;

/// The frame as a JPEG of at most `max_width` pixels across (never enlarged), every found code covered and outlined.
pub fn render(frame: &Frame, found: &[Found], max_width: u32) -> Vec<u8> {
    finished(Picture::of(frame, max_width), found)
}

/// The same of a frame so coarse that no code in it can be read: for frames that may hold one that was not found in time.
pub(crate) fn veiled(frame: &Frame, found: &[Found], max_width: u32) -> Vec<u8> {
    let mut picture = Picture::of(frame, max_width);
    picture.veil();
    finished(picture, found)
}

fn finished(mut picture: Picture, found: &[Found]) -> Vec<u8> {
    // first all covers, then all outlines: overlapping codes must not uncover each other
    let quads: Vec<_> = found.iter().map(|f| picture.grown(f)).collect();
    for quad in &quads {
        picture.fill(quad);
    }
    for quad in &quads {
        picture.outline(quad);
    }
    picture.encode()
}

type Quad = [(f32, f32); 4];

struct Picture {
    width: u32,
    height: u32,
    /// From the frame's pixels to the picture's.
    scale: f32,
    rgb: zeroize::Zeroizing<Vec<u8>>,
}

impl Picture {
    fn of(frame: &Frame, max_width: u32) -> Self {
        let width = frame.width().min(max_width.max(1));
        let height =
            (u64::from(frame.height()) * u64::from(width) / u64::from(frame.width())).clamp(1, 65_535);
        let height = u32::try_from(height).unwrap_or(65_535);
        let mut rgb = zeroize::Zeroizing::new(Vec::with_capacity(width as usize * height as usize * 3));
        let source = |v: u32, of: u32, full: u32| {
            u32::try_from(u64::from(v) * u64::from(full) / u64::from(of)).unwrap_or(0)
        };
        let columns: Vec<u32> = (0..width).map(|x| source(x, width, frame.width())).collect();
        for y in 0..height {
            let y = source(y, height, frame.height()).min(frame.height() - 1);
            for &x in &columns {
                rgb.extend_from_slice(&frame.rgb_at(x.min(frame.width() - 1), y));
            }
        }
        Self { width, height, scale: width as f32 / frame.width() as f32, rgb }
    }

    /// The code's corners in the picture, moved out from its middle.
    fn grown(&self, found: &Found) -> Quad {
        let corners = found.corners.map(|c| (c.0 * self.scale, c.1 * self.scale));
        let middle = corners.iter().fold((0.0, 0.0), |m, c| (m.0 + c.0 / 4.0, m.1 + c.1 / 4.0));
        corners.map(|c| {
            let (dx, dy) = (c.0 - middle.0, c.1 - middle.1);
            let long = dx.hypot(dy).max(1.0);
            // at least two pixels, for codes that are small in the preview
            let grow = 1.0 + MARGIN + 2.0 / long;
            (middle.0 + dx * grow, middle.1 + dy * grow)
        })
    }

    /// Covers the quadrilateral and, should its corners be out of order, all that lies between them.
    fn fill(&mut self, quad: &Quad) {
        let quad = hull(quad);
        let (top, bottom) = bounds(quad.iter().map(|c| c.1), self.height);
        for y in top..bottom {
            let line = y as f32 + 0.5;
            let mut crossings = (f32::INFINITY, f32::NEG_INFINITY);
            for (i, &a) in quad.iter().enumerate() {
                let b = quad[(i + 1) % quad.len()];
                // a pixel more above and below, so that no row of the code's edge stays
                if (a.1.min(b.1) - 1.0..=a.1.max(b.1) + 1.0).contains(&line) {
                    let part = if (b.1 - a.1).abs() < 1e-3 {
                        [0.0, 1.0]
                    } else {
                        [((line - a.1) / (b.1 - a.1)).clamp(0.0, 1.0); 2]
                    };
                    for t in part {
                        let x = a.0 + t * (b.0 - a.0);
                        crossings = (crossings.0.min(x), crossings.1.max(x));
                    }
                }
            }
            if crossings.0 <= crossings.1 {
                let (left, right) = bounds([crossings.0, crossings.1].into_iter(), self.width);
                let row = y as usize * self.width as usize;
                for pixel in
                    self.rgb[(row + left as usize) * 3..(row + right as usize) * 3].chunks_exact_mut(3)
                {
                    pixel.copy_from_slice(&COVER);
                }
            }
        }
    }

    fn outline(&mut self, quad: &Quad) {
        let thick = (self.width / 320).clamp(2, 6);
        for (i, &a) in quad.iter().enumerate() {
            let b = quad[(i + 1) % 4];
            // a line that leaves the picture far behind is cut short: no more steps than could be seen
            let steps = (b.0 - a.0).hypot(b.1 - a.1).ceil().clamp(1.0, 20_000.0);
            let mut step = 0.0;
            while step <= steps {
                let t = step / steps;
                self.dot(a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1), thick);
                step += 1.0;
            }
        }
    }

    fn dot(&mut self, x: f32, y: f32, thick: u32) {
        let half = thick as f32 / 2.0;
        let (left, right) = bounds([x - half, x + half - 1.0].into_iter(), self.width);
        let (top, bottom) = bounds([y - half, y + half - 1.0].into_iter(), self.height);
        for y in top..bottom {
            let row = y as usize * self.width as usize;
            for pixel in self.rgb[(row + left as usize) * 3..(row + right as usize) * 3].chunks_exact_mut(3) {
                pixel.copy_from_slice(&OUTLINE);
            }
        }
    }

    fn veil(&mut self) {
        let side = self.width.max(self.height).div_ceil(VEIL_BLOCKS).max(1) as usize;
        let (width, height) = (self.width as usize, self.height as usize);
        for top in (0..height).step_by(side) {
            for left in (0..width).step_by(side) {
                let (right, bottom) = ((left + side).min(width), (top + side).min(height));
                let mut sum = [0u64; 3];
                for y in top..bottom {
                    for pixel in self.rgb[(y * width + left) * 3..(y * width + right) * 3].chunks_exact(3) {
                        for (sum, &value) in sum.iter_mut().zip(pixel) {
                            *sum += u64::from(value);
                        }
                    }
                }
                let area = ((right - left) * (bottom - top)) as u64;
                let mean = sum.map(|sum| u8::try_from(sum / area).unwrap_or(u8::MAX));
                for y in top..bottom {
                    for pixel in self.rgb[(y * width + left) * 3..(y * width + right) * 3].chunks_exact_mut(3)
                    {
                        pixel.copy_from_slice(&mean);
                    }
                }
            }
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut jpeg = Vec::with_capacity(self.rgb.len() / 10);
        let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
        // Writing to memory does not fail, and the sides fit a JPEG: an empty answer is "no picture", not a crash.
        match image::ImageEncoder::write_image(
            encoder,
            &self.rgb,
            self.width,
            self.height,
            image::ExtendedColorType::Rgb8,
        ) {
            Ok(()) => jpeg,
            Err(_) => Vec::new(),
        }
    }
}

/// The pixels from the least to the greatest value, within the picture. NaN counts as nothing.
fn bounds(values: impl Iterator<Item = f32>, end: u32) -> (u32, u32) {
    let (low, high) = values.fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high {
        return (0, 0);
    }
    // casts of floats saturate
    let (low, high) =
        ((low.floor().max(0.0) as u32).min(end), ((high.floor() + 1.0).max(0.0) as u32).min(end));
    (low, high.max(low))
}

/// The corners in order around their middle.
fn hull(quad: &Quad) -> Quad {
    let middle = quad.iter().fold((0.0, 0.0), |m, c| (m.0 + c.0 / 4.0, m.1 + c.1 / 4.0));
    let mut quad = *quad;
    let angle = |c: &(f32, f32)| (c.1 - middle.1).atan2(c.0 - middle.0);
    quad.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
    quad
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use zeroize::Zeroizing;

    fn gray() -> Frame {
        Frame::from_luma(100, 50, vec![200; 5000]).unwrap()
    }

    fn found(corners: Quad) -> Found {
        Found { text: Zeroizing::new("x".into()), corners }
    }

    #[test]
    fn the_preview_is_a_jpeg_of_the_wished_width_never_enlarged() {
        for (max, (w, h)) in [(50, (50, 25)), (1000, (100, 50)), (1, (1, 1)), (0, (1, 1))] {
            let image = image::load_from_memory(&render(&gray(), &[], max)).unwrap();
            assert_eq!((image.width(), image.height()), (w, h));
        }
    }

    #[test]
    fn the_quadrilateral_is_covered_whatever_the_order_of_its_corners() {
        for corners in [
            [(30.0, 10.0), (60.0, 10.0), (60.0, 40.0), (30.0, 40.0)],
            [(30.0, 10.0), (60.0, 40.0), (60.0, 10.0), (30.0, 40.0)],
        ] {
            let mut picture = Picture::of(&gray(), 100);
            let quad = picture.grown(&found(corners));
            picture.fill(&quad);
            for y in 10..40 {
                for x in 30..60 {
                    assert_eq!(picture.rgb[(y * 100 + x) * 3], COVER[0], "{x} {y}");
                }
            }
            assert_eq!(picture.rgb[(25 * 100 + 10) * 3], 200);
        }
    }

    #[test]
    fn corners_outside_of_the_picture_and_no_numbers_do_no_harm() {
        for value in [f32::NAN, f32::INFINITY, -1e30, 1e30] {
            let corners = [(value, 10.0), (60.0, value), (value, value), (30.0, 40.0)];
            assert!(!render(&gray(), &[found(corners)], 100).is_empty());
        }
    }

    #[test]
    fn a_veil_leaves_twenty_blocks() {
        let luma = (0..640 * 480).map(|i: u32| if (i / 8).is_multiple_of(2) { 0 } else { 255 }).collect();
        let mut picture = Picture::of(&Frame::from_luma(640, 480, luma).unwrap(), 640);
        picture.veil();
        assert!((0..32).all(|x| picture.rgb[x * 3] == picture.rgb[0]));
    }
}
