//! Pixels, wherever they came from.

use std::fmt;

use zeroize::Zeroizing;

/// Why pixels do not make a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A side is 0, or the picture has more pixels than [`crate::MAX_PIXELS`].
    #[error("a picture of {width} x {height} pixels cannot be read")]
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The buffer does not hold width x height pixels.
    #[error("the picture's data does not fit its size: {expected} bytes expected, {found} found")]
    Length {
        /// Bytes that the size asks for.
        expected: usize,
        /// Bytes that came.
        found: usize,
    },
}

/// One picture: 8 bits of luma, or 8 bits each of red, green and blue, row after row without gaps.
///
/// A frame may show a code, so its pixels are as secret as what the code says: they are wiped when the frame is dropped,
/// and `Debug` tells only the size.
#[derive(Clone)]
pub struct Frame {
    width: u32,
    height: u32,
    pixels: Pixels,
}

#[derive(Clone)]
enum Pixels {
    Luma(Zeroizing<Vec<u8>>),
    Rgb(Zeroizing<Vec<u8>>),
}

impl Frame {
    /// A color frame; `rgb` holds 3 bytes a pixel.
    pub fn from_rgb(width: u32, height: u32, rgb: Vec<u8>) -> Result<Self, FrameError> {
        let pixels = Zeroizing::new(rgb);
        check(width, height, 3, pixels.len())?;
        Ok(Self { width, height, pixels: Pixels::Rgb(pixels) })
    }

    /// A gray frame; `luma` holds 1 byte a pixel, 0 is black.
    pub fn from_luma(width: u32, height: u32, luma: Vec<u8>) -> Result<Self, FrameError> {
        let pixels = Zeroizing::new(luma);
        check(width, height, 1, pixels.len())?;
        Ok(Self { width, height, pixels: Pixels::Luma(pixels) })
    }

    /// A frame of 4 bytes a pixel, the last being opacity: laid over white, as a viewer shows it.
    pub fn from_rgba(width: u32, height: u32, rgba: Vec<u8>) -> Result<Self, FrameError> {
        let rgba = Zeroizing::new(rgba);
        check(width, height, 4, rgba.len())?;
        let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
        for pixel in rgba.chunks_exact(4) {
            rgb.extend_from_slice(&[
                over_white(pixel[0], pixel[3]),
                over_white(pixel[1], pixel[3]),
                over_white(pixel[2], pixel[3]),
            ]);
        }
        Self::from_rgb(width, height, rgb)
    }

    /// Width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The brightness of every pixel.
    /// The pixels in color, 3 bytes each: for a picture that is kept as a picture.
    pub fn to_rgb(&self) -> Zeroizing<Vec<u8>> {
        match &self.pixels {
            Pixels::Rgb(rgb) => rgb.clone(),
            Pixels::Luma(luma) => {
                Zeroizing::new(luma.iter().flat_map(|luma| [*luma, *luma, *luma]).collect())
            }
        }
    }

    pub(crate) fn to_luma(&self) -> Zeroizing<Vec<u8>> {
        match &self.pixels {
            Pixels::Luma(luma) => luma.clone(),
            Pixels::Rgb(rgb) => {
                let mut luma = Zeroizing::new(Vec::with_capacity(rgb.len() / 3));
                luma.extend(rgb.chunks_exact(3).map(|p| luma_of(p[0], p[1], p[2])));
                luma
            }
        }
    }

    /// The color of the pixel; the caller keeps within the frame.
    pub(crate) fn rgb_at(&self, x: u32, y: u32) -> [u8; 3] {
        let index = y as usize * self.width as usize + x as usize;
        match &self.pixels {
            Pixels::Luma(luma) => [luma[index]; 3],
            Pixels::Rgb(rgb) => [rgb[index * 3], rgb[index * 3 + 1], rgb[index * 3 + 2]],
        }
    }

    /// The part of the frame that lies inside the rectangle, or None if none does.
    pub fn crop(&self, x: u32, y: u32, width: u32, height: u32) -> Option<Self> {
        let (x2, y2) = (x.saturating_add(width).min(self.width), y.saturating_add(height).min(self.height));
        if x >= x2 || y >= y2 {
            return None;
        }
        let cut = |pixels: &[u8], channels: usize| {
            let stride = self.width as usize * channels;
            let mut part = Vec::with_capacity((x2 - x) as usize * (y2 - y) as usize * channels);
            for row in y..y2 {
                let start = row as usize * stride;
                part.extend_from_slice(
                    &pixels[start + x as usize * channels..start + x2 as usize * channels],
                );
            }
            Zeroizing::new(part)
        };
        let pixels = match &self.pixels {
            Pixels::Luma(luma) => Pixels::Luma(cut(luma, 1)),
            Pixels::Rgb(rgb) => Pixels::Rgb(cut(rgb, 3)),
        };
        Some(Self { width: x2 - x, height: y2 - y, pixels })
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} x {})", self.width, self.height)
    }
}

fn check(width: u32, height: u32, channels: usize, found: usize) -> Result<(), FrameError> {
    let count = u64::from(width) * u64::from(height);
    if count == 0 || count > crate::MAX_PIXELS {
        return Err(FrameError::Size { width, height });
    }
    let expected = width as usize * height as usize * channels;
    if expected == found { Ok(()) } else { Err(FrameError::Length { expected, found }) }
}

/// The color as it shows on a white page.
fn over_white(color: u8, alpha: u8) -> u8 {
    let (color, alpha) = (u32::from(color), u32::from(alpha));
    // at most 255, as a weighted mean of two bytes
    u8::try_from((color * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(255)
}

/// BT.601 brightness in integers: the weights sum to 256.
pub(crate) fn luma_of(r: u8, g: u8, b: u8) -> u8 {
    u8::try_from((u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8).unwrap_or(255)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_frame_needs_pixels_that_fit_its_size() {
        assert!(matches!(Frame::from_rgb(0, 4, vec![]), Err(FrameError::Size { .. })));
        assert_eq!(
            Frame::from_luma(2, 2, vec![0; 3]).unwrap_err(),
            FrameError::Length { expected: 4, found: 3 }
        );
        assert!(matches!(Frame::from_luma(u32::MAX, u32::MAX, vec![]), Err(FrameError::Size { .. })));
    }

    #[test]
    fn what_is_transparent_is_white() {
        let frame = Frame::from_rgba(2, 1, vec![0, 0, 0, 0, 0, 0, 0, 255]).unwrap();
        assert_eq!(frame.to_luma().as_slice(), [255, 0]);
    }

    #[test]
    fn cropping_keeps_within_the_frame() {
        let frame = Frame::from_luma(3, 2, vec![0, 1, 2, 3, 4, 5]).unwrap();
        let part = frame.crop(1, 1, 9, 9).unwrap();
        assert_eq!((part.width(), part.height(), part.to_luma().to_vec()), (2, 1, vec![4, 5]));
        assert!(frame.crop(3, 0, 1, 1).is_none());
        assert!(frame.crop(0, 0, 0, 1).is_none());
    }

    #[test]
    fn debug_tells_only_the_size() {
        assert_eq!(format!("{:?}", Frame::from_luma(1, 1, vec![77]).unwrap()), "Frame(1 x 1)");
    }
}
