//! What cameras send, made into frames.

use std::borrow::Cow;

use image::{ImageDecoder, Limits, codecs::jpeg::JpegDecoder};
use nokhwa::utils::FrameFormat;
use zeroize::Zeroizing;

use crate::{Frame, MAX_PIXELS};

/// A picture as the camera sends it.
pub(super) struct Raw<'a> {
    pub(super) format: FrameFormat,
    pub(super) width: u32,
    pub(super) height: u32,
    /// At least the picture; buffers are often longer.
    pub(super) bytes: &'a [u8],
}

/// The frame, or what is wrong with the picture. A camera may send a broken picture now and then.
pub(super) fn to_frame(raw: &Raw<'_>) -> Result<Frame, String> {
    let (width, height) = (raw.width as usize, raw.height as usize);
    if raw.format == FrameFormat::MJPEG {
        return jpeg(raw.bytes);
    }
    if raw.width == 0 || raw.height == 0 || u64::from(raw.width) * u64::from(raw.height) > MAX_PIXELS {
        return Err(format!("a picture of {width} x {height} pixels"));
    }
    let format = told_apart(raw.format, width * height, raw.bytes.len());
    let need = match format {
        FrameFormat::YUYV => width.div_ceil(2) * 4 * height,
        FrameFormat::NV12 => width * height + width.div_ceil(2) * 2 * height.div_ceil(2),
        FrameFormat::GRAY => width * height,
        FrameFormat::RAWRGB | FrameFormat::RAWBGR | FrameFormat::MJPEG => width * height * 3,
    };
    let bytes = raw.bytes.get(..need).ok_or_else(|| format!("{} of {need} bytes came", raw.bytes.len()))?;
    let frame = match format {
        FrameFormat::GRAY => Frame::from_luma(raw.width, raw.height, bytes.to_vec()),
        FrameFormat::YUYV => Frame::from_rgb(raw.width, raw.height, yuyv(bytes, width, height)),
        FrameFormat::NV12 => Frame::from_rgb(raw.width, raw.height, nv12(bytes, width, height)),
        FrameFormat::RAWBGR => {
            let rgb = bytes.chunks_exact(3).flat_map(|p| [p[2], p[1], p[0]]).collect();
            Frame::from_rgb(raw.width, raw.height, rgb)
        }
        FrameFormat::RAWRGB | FrameFormat::MJPEG => Frame::from_rgb(raw.width, raw.height, bytes.to_vec()),
    };
    frame.map_err(|e| e.to_string())
}

/// nokhwa calls the planar 4:2:0 of macOS cameras YUYV: the length tells.
fn told_apart(format: FrameFormat, pixels: usize, length: usize) -> FrameFormat {
    if format == FrameFormat::YUYV && length >= pixels * 3 / 2 && length < pixels * 2 {
        FrameFormat::NV12
    } else {
        format
    }
}

fn yuyv(bytes: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(width * height * 3);
    for row in bytes.chunks_exact(width.div_ceil(2) * 4) {
        let end = rgb.len() + width * 3;
        for pair in row.chunks_exact(4) {
            rgb.extend_from_slice(&color(pair[0], pair[1], pair[3]));
            rgb.extend_from_slice(&color(pair[2], pair[1], pair[3]));
        }
        // the second pixel of the last pair of an odd row
        rgb.truncate(end);
    }
    rgb
}

fn nv12(bytes: &[u8], width: usize, height: usize) -> Vec<u8> {
    let (luma, chroma) = bytes.split_at(width * height);
    let mut rgb = Vec::with_capacity(width * height * 3);
    for (y, row) in luma.chunks_exact(width).enumerate() {
        let stride = width.div_ceil(2) * 2;
        let chroma = &chroma[y / 2 * stride..(y / 2 + 1) * stride];
        for (x, &brightness) in row.iter().enumerate() {
            rgb.extend_from_slice(&color(brightness, chroma[x / 2 * 2], chroma[x / 2 * 2 + 1]));
        }
    }
    rgb
}

/// BT.601 with the studio range, which is what webcams send, in 8-bit fixed point.
fn color(luma: u8, blueness: u8, redness: u8) -> [u8; 3] {
    let (gray, blue, red) =
        (298 * (i32::from(luma) - 16), i32::from(blueness) - 128, i32::from(redness) - 128);
    [gray + 409 * red, gray - 100 * blue - 208 * red, gray + 516 * blue]
        .map(|value| u8::try_from(((value + 128) >> 8).clamp(0, 255)).unwrap_or(u8::MAX))
}

fn jpeg(bytes: &[u8]) -> Result<Frame, String> {
    let bytes = with_tables(bytes);
    let mut decoder = JpegDecoder::new(std::io::Cursor::new(bytes.as_ref())).map_err(|e| e.to_string())?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(format!("a picture of {width} x {height} pixels"));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 8);
    decoder.set_limits(limits).map_err(|e| e.to_string())?;
    let channels = usize::from(decoder.color_type().channel_count());
    let mut pixels = Zeroizing::new(vec![0; usize::try_from(decoder.total_bytes()).unwrap_or(0)]);
    decoder.read_image(&mut pixels).map_err(|e| e.to_string())?;
    let pixels = std::mem::take(&mut *pixels);
    let frame = match channels {
        1 => Frame::from_luma(width, height, pixels),
        _ => Frame::from_rgb(width, height, pixels),
    };
    frame.map_err(|e| e.to_string())
}

/// Many cameras leave out the Huffman tables, as the AVI form of MJPEG allows: everyone knows them (ITU-T T.81, annex K).
fn with_tables(bytes: &[u8]) -> Cow<'_, [u8]> {
    match first_scan_without_tables(bytes) {
        Some(scan) => [&bytes[..scan], STANDARD_TABLES.as_slice(), &bytes[scan..]].concat().into(),
        None => bytes.into(),
    }
}

/// Where the first scan starts, if no Huffman table comes before it.
fn first_scan_without_tables(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let &[0xff, marker] = bytes.get(at..at + 2)? else { return None };
        match marker {
            0xc4 => return None,
            0xda => return Some(at),
            // a fill byte before the marker
            0xff => at += 1,
            // these have no length
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => at += 2 + usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?)),
        }
    }
}

/// One DHT segment with the four tables of ITU-T T.81 K.3.3: DC and AC, for luminance and chrominance.
#[rustfmt::skip]
const STANDARD_TABLES: [u8; 420] = [
    0xff, 0xc4, 0x01, 0xa2,
    0x00, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0,
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    0x10, 0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d,
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
    0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0,
    0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
    0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
    0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
    0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
    0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5,
    0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
    0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
    0xf9, 0xfa,
    0x01, 0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    0x11, 0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77,
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71,
    0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0,
    0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26,
    0x27, 0x28, 0x29, 0x2a, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
    0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
    0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
    0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5,
    0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
    0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda,
    0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
    0xf9, 0xfa,
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn frame(format: FrameFormat, width: u32, height: u32, bytes: &[u8]) -> Result<Frame, String> {
        to_frame(&Raw { format, width, height, bytes })
    }

    #[test]
    fn yuyv_becomes_color_and_odd_widths_are_cut() {
        // black and white, no color
        let frame_ = frame(FrameFormat::YUYV, 2, 1, &[16, 128, 235, 128]).unwrap();
        assert_eq!((frame_.rgb_at(0, 0), frame_.rgb_at(1, 0)), ([0; 3], [255; 3]));
        let odd = frame(FrameFormat::YUYV, 1, 2, &[16, 128, 235, 128, 235, 128, 16, 128, 9, 9]).unwrap();
        assert_eq!((odd.rgb_at(0, 0), odd.rgb_at(0, 1)), ([0; 3], [255; 3]));
        // pure red in BT.601
        let red = frame(FrameFormat::YUYV, 2, 1, &[81, 90, 81, 240]).unwrap().rgb_at(0, 0);
        assert!(red[0] > 250 && red[1] < 5 && red[2] < 5, "{red:?}");
    }

    #[test]
    fn nv12_becomes_color_also_where_it_is_called_yuyv() {
        let bytes = [16, 235, 235, 16, 128, 128];
        for format in [FrameFormat::NV12, FrameFormat::YUYV] {
            let frame = frame(format, 2, 2, &bytes).unwrap();
            assert_eq!(
                (frame.rgb_at(0, 0), frame.rgb_at(1, 0), frame.rgb_at(0, 1)),
                ([0; 3], [255; 3], [255; 3])
            );
        }
        assert!(frame(FrameFormat::NV12, 3, 3, &[128; 9 + 8]).is_ok());
    }

    #[test]
    fn bgr_and_gray_are_read() {
        assert_eq!(frame(FrameFormat::RAWBGR, 1, 1, &[1, 2, 3]).unwrap().rgb_at(0, 0), [3, 2, 1]);
        assert_eq!(frame(FrameFormat::GRAY, 1, 1, &[7, 0]).unwrap().rgb_at(0, 0), [7; 3]);
    }

    #[test]
    fn a_short_buffer_is_an_error() {
        for format in [FrameFormat::YUYV, FrameFormat::NV12, FrameFormat::GRAY, FrameFormat::RAWRGB] {
            assert!(frame(format, 4, 4, &[0; 15]).is_err(), "{format:?}");
            assert!(frame(format, 0, 4, &[0; 15]).is_err());
            assert!(frame(format, u32::MAX, u32::MAX, &[0; 15]).is_err());
        }
        assert!(frame(FrameFormat::MJPEG, 4, 4, &[0; 15]).is_err());
        assert!(frame(FrameFormat::MJPEG, 4, 4, &[]).is_err());
    }

    /// A JPEG whose encoder uses the standard tables, as the one of the image crate does.
    fn sample() -> Vec<u8> {
        let image =
            image::RgbImage::from_fn(32, 16, |x, _| image::Rgb([if x < 16 { 200 } else { 20 }, 60, 90]));
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 90).encode_image(&image).unwrap();
        jpeg
    }

    #[test]
    fn mjpeg_without_huffman_tables_is_read() {
        let whole = sample();
        let mut bare = Vec::new();
        let mut at = 2;
        bare.extend_from_slice(&whole[..2]);
        while whole[at + 1] != 0xda {
            let end = at + 2 + usize::from(u16::from_be_bytes([whole[at + 2], whole[at + 3]]));
            if whole[at + 1] != 0xc4 {
                bare.extend_from_slice(&whole[at..end]);
            }
            at = end;
        }
        bare.extend_from_slice(&whole[at..]);
        assert!(bare.len() + 400 < whole.len() && first_scan_without_tables(&bare).is_some());
        assert!(first_scan_without_tables(&whole).is_none());
        // a buffer is longer than the picture
        bare.extend_from_slice(&[0; 100]);
        let (a, b) = (jpeg(&whole).unwrap(), jpeg(&bare).unwrap());
        assert_eq!((a.width(), a.height()), (32, 16));
        assert_eq!(a.to_luma(), b.to_luma());
        assert!(a.rgb_at(2, 2)[0] > 180 && a.rgb_at(30, 2)[0] < 40);
    }

    #[test]
    fn a_broken_mjpeg_is_an_error_or_a_picture_never_a_panic() {
        let whole = sample();
        for cut in 0..whole.len() {
            let _ = jpeg(&whole[..cut]);
        }
    }
}
