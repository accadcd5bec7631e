//! Draws QR codes for the tests.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::many_single_char_names,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use qrcode::{Color, EcLevel, QrCode};
use tessera_scan::Frame;

/// A gray picture to draw on.
#[derive(Clone)]
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) luma: Vec<u8>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize, shade: u8) -> Self {
        Self { width, height, luma: vec![shade; width * height] }
    }

    pub(crate) fn set(&mut self, x: usize, y: usize, shade: u8) {
        if x < self.width && y < self.height {
            self.luma[y * self.width + x] = shade;
        }
    }

    /// Draws the code with its quiet zone, `module` pixels a module, and says how wide it is.
    pub(crate) fn code(
        &mut self,
        text: &str,
        left: usize,
        top: usize,
        module: usize,
        dark: u8,
        light: u8,
    ) -> usize {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let side = code.width() + 8;
        for y in 0..side * module {
            for x in 0..side * module {
                let (mx, my) = ((x / module).wrapping_sub(4), (y / module).wrapping_sub(4));
                let is_dark = mx < code.width() && my < code.width() && code[(mx, my)] == Color::Dark;
                self.set(left + x, top + y, if is_dark { dark } else { light });
            }
        }
        side * module
    }

    /// Noise of +-`by`, the same each time.
    pub(crate) fn noise(&mut self, by: i32) {
        let mut state = 0x2545_f491u32;
        for p in &mut self.luma {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let shift = i32::try_from(state % 1001).unwrap() * 2 * by / 1000 - by;
            *p = u8::try_from((i32::from(*p) + shift).clamp(0, 255)).unwrap();
        }
    }

    /// The picture turned about its middle and seen at a slant; what lies outside is `shade`.
    pub(crate) fn slanted(&self, degrees: f32, slant: f32, shade: u8) -> Self {
        let mut out = Self::new(self.width, self.height, shade);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (cx, cy) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        for y in 0..self.height {
            for x in 0..self.width {
                let (dx, dy) = (x as f32 - cx, y as f32 - cy);
                let deep = 1.0 + slant * dx / cx;
                let (sx, sy) = ((dx * cos - dy * sin) * deep + cx, (dx * sin + dy * cos) * deep + cy);
                if sx >= 0.0 && sy >= 0.0 && sx < self.width as f32 && sy < self.height as f32 {
                    out.luma[y * self.width + x] = self.luma[sy as usize * self.width + sx as usize];
                }
            }
        }
        out
    }

    pub(crate) fn frame(&self) -> Frame {
        let (w, h) = (u32::try_from(self.width).unwrap(), u32::try_from(self.height).unwrap());
        Frame::from_luma(w, h, self.luma.clone()).unwrap()
    }

    pub(crate) fn rgb(&self) -> Vec<u8> {
        self.luma.iter().flat_map(|&p| [p; 3]).collect()
    }
}

pub(crate) const URI: &str = "otpauth://totp/ACME:alice@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=ACME&digits=6&period=30";

/// Pictures made to be slow: noise, and a field of finder patterns.
pub(crate) fn slow() -> [(&'static str, Canvas); 2] {
    let mut noise = Canvas::new(4000, 3000, 128);
    noise.noise(127);
    let mut finders = Canvas::new(2000, 2000, 255);
    for y in 0..2000 {
        for x in 0..2000 {
            let ring = |v: usize| (v % 10).abs_diff(4).min(9);
            let far = ring(x).max(ring(y));
            if far == 3 || far <= 1 {
                finders.set(x, y, 0);
            }
        }
    }
    [("12 megapixels of noise", noise), ("a field of finder patterns", finders)]
}
