//! Image files.

use std::{
    fs::File,
    io::{Cursor, Read},
    path::Path,
};

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, metadata::Orientation};
use zeroize::Zeroizing;

use crate::{Frame, decode::guarded};

/// Larger files are refused unread.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// Pictures with more pixels are refused before memory is taken for them.
pub const MAX_PIXELS: u64 = 50_000_000;
/// What a decoder may take besides: 16 bits a channel and a frame to draw on.
const MAX_DECODER_BYTES: u64 = MAX_PIXELS * 16;

/// Why a file gives no picture.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is empty.
    #[error("the file is empty")]
    Empty,
    /// More bytes than [`MAX_FILE_BYTES`].
    #[error("the file is too large: at most {} MiB are read", MAX_FILE_BYTES / 1024 / 1024)]
    TooManyBytes,
    /// More pixels than [`MAX_PIXELS`], whatever the file's own size.
    #[error("the picture is too large: {width} x {height} pixels, at most {} million are read", MAX_PIXELS / 1_000_000)]
    TooManyPixels {
        /// Width that the file claims.
        width: u32,
        /// Height that the file claims.
        height: u32,
    },
    /// A format that is known and not read.
    #[error("{format} files are not read: {advice}")]
    Refused {
        /// Its name.
        format: &'static str,
        /// What to do instead.
        advice: &'static str,
    },
    /// Nothing we know.
    #[error("this is no image that can be read: PNG, JPEG, WebP, GIF and BMP can")]
    UnknownFormat,
    /// It starts like an image, but is broken.
    #[error("the {format} image is damaged: {detail}")]
    Damaged {
        /// Its format.
        format: &'static str,
        /// What the decoder says.
        detail: String,
    },
}

/// Reads an image that lies in memory: PNG, JPEG, WebP, GIF (its first frame) or BMP, told by its content.
///
/// What is transparent becomes white, and a photograph is turned as its EXIF orientation says. The file's own claims are
/// checked against [`MAX_FILE_BYTES`] and [`MAX_PIXELS`] before memory is taken.
pub fn load_image(bytes: &[u8]) -> Result<Frame, ImageError> {
    if bytes.is_empty() {
        return Err(ImageError::Empty);
    }
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ImageError::TooManyBytes);
    }
    let (format, name) = recognize(bytes)?;
    guarded(|| read(bytes, format, name))
        .unwrap_or_else(|| Err(ImageError::Damaged { format: name, detail: "it breaks the decoder".into() }))
}

/// Reads an image file; see [`load_image`].
pub fn load_image_file(path: &Path) -> Result<Frame, ImageError> {
    let file = File::open(path)?;
    let claimed = file.metadata()?;
    if claimed.is_dir() {
        return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory).into());
    }
    if claimed.len() > MAX_FILE_BYTES {
        return Err(ImageError::TooManyBytes);
    }
    // a device or a growing file may hold more than it claims: one byte past the cap tells
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(claimed.len()).unwrap_or(0)));
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    load_image(&bytes)
}

fn recognize(bytes: &[u8]) -> Result<(ImageFormat, &'static str), ImageError> {
    if let Ok(format) = image::guess_format(bytes) {
        let known = match format {
            ImageFormat::Png => Some("PNG"),
            ImageFormat::Jpeg => Some("JPEG"),
            ImageFormat::WebP => Some("WebP"),
            ImageFormat::Gif => Some("GIF"),
            ImageFormat::Bmp => Some("BMP"),
            _ => None,
        };
        if let Some(name) = known {
            return Ok((format, name));
        }
    }
    Err(refused(bytes).unwrap_or(ImageError::UnknownFormat))
}

/// Formats that people try, with what helps instead.
fn refused(bytes: &[u8]) -> Option<ImageError> {
    const PHOTO: &str = "export it as PNG or JPEG, or take a screenshot of it";
    let head = &bytes[..bytes.len().min(1024)];
    let contains = |needle: &[u8]| head.windows(needle.len()).any(|w| w.eq_ignore_ascii_case(needle));
    let brand = (bytes.get(4..8) == Some(b"ftyp")).then(|| bytes.get(8..12)).flatten();
    let (format, advice) = match brand {
        Some(b"avif" | b"avis") => ("AVIF", PHOTO),
        Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => {
            ("HEIC", PHOTO)
        }
        Some(_) => ("video", "pause it and scan the screen instead"),
        None if contains(b"%PDF-") => ("PDF", "open it and scan the screen, or save the page as an image"),
        None if head.starts_with(&[0x1f, 0x8b]) => ("compressed (gzip, SVGZ)", "unpack it first"),
        None if contains(b"<svg") => ("SVG", "open it and scan the screen, or save it as PNG"),
        None if head.starts_with(b"II*\0") || head.starts_with(b"MM\0*") => ("TIFF", PHOTO),
        None if head.starts_with(b"\0\0\x01\0") => ("icon", "save it as PNG"),
        None if head.starts_with(b"\xff\x0a") || head.starts_with(b"\0\0\0\x0cJXL ") => ("JPEG XL", PHOTO),
        None if head.starts_with(b"8BPS") => ("Photoshop", PHOTO),
        None => return None,
    };
    Some(ImageError::Refused { format, advice })
}

fn read(bytes: &[u8], format: ImageFormat, name: &'static str) -> Result<Frame, ImageError> {
    let damaged =
        |error: &dyn std::fmt::Display| ImageError::Damaged { format: name, detail: error.to_string() };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| damaged(&e))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ImageError::TooManyPixels { width, height });
    }
    // a broken tag is no reason to refuse the picture
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|e| damaged(&e))?;
    image.apply_orientation(orientation);
    let (width, height) = (image.width(), image.height());
    let frame = if image.color().has_alpha() {
        Frame::from_rgba(width, height, image.into_rgba8().into_raw())
    } else {
        Frame::from_rgb(width, height, image.into_rgb8().into_raw())
    };
    frame.map_err(|e| damaged(&e))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use image::{ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage, codecs::jpeg::JpegEncoder};

    fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// 4 x 2, its left half black.
    fn sample() -> DynamicImage {
        RgbImage::from_fn(4, 2, |x, _| Rgb([if x < 2 { 0 } else { 255 }; 3])).into()
    }

    #[test]
    fn the_five_formats_are_read() {
        for format in
            [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp]
        {
            let frame = load_image(&encoded(&sample(), format)).unwrap();
            assert_eq!((frame.width(), frame.height()), (4, 2), "{format:?}");
            let luma = frame.to_luma();
            assert!(luma[0] < 60 && luma[3] > 195, "{format:?}: {:?}", luma.to_vec());
        }
    }

    #[test]
    fn what_is_transparent_is_white() {
        let image = RgbaImage::from_pixel(1, 1, Rgba([0, 0, 0, 0]));
        assert_eq!(load_image(&encoded(&image.into(), ImageFormat::Png)).unwrap().to_luma()[0], 255);
    }

    #[test]
    fn a_photograph_is_turned_as_its_exif_says() {
        // a TIFF header and one entry: tag 0x0112 (orientation), SHORT, 1 value: 6, turn right
        let exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let mut jpeg = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 95);
        encoder.set_exif_metadata(exif.to_vec()).unwrap();
        let wide = RgbImage::from_fn(32, 16, |x, _| Rgb([if x < 16 { 0 } else { 255 }; 3]));
        encoder.encode_image(&wide).unwrap();
        let frame = load_image(&jpeg).unwrap();
        assert_eq!((frame.width(), frame.height()), (16, 32));
        let luma = frame.to_luma();
        assert!(luma[0] < 60 && luma[31 * 16] > 195);
    }

    #[test]
    fn other_formats_are_refused_by_name() {
        for (bytes, name) in [
            (&b"<?xml version='1.0'?>\n<svg width='9'></svg>"[..], "SVG"),
            (b"%PDF-1.7 ...", "PDF"),
            (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
            (b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF"),
            (b"\0\0\0\x18ftypisom\0\0\0\0", "video"),
            (b"II*\0\x08\0\0\0", "TIFF"),
            (b"\x1f\x8b\x08", "compressed (gzip, SVGZ)"),
        ] {
            match load_image(bytes) {
                Err(ImageError::Refused { format, .. }) => assert_eq!(format, name),
                other => panic!("{name}: {other:?}"),
            }
        }
        assert!(matches!(load_image(b"hello"), Err(ImageError::UnknownFormat)));
        assert!(matches!(load_image(b""), Err(ImageError::Empty)));
    }

    #[test]
    fn a_bomb_is_refused_before_memory_is_taken() {
        // a valid header that claims 60,000 x 60,000 pixels, and the size field patched with its checksum
        let mut png = encoded(&sample(), ImageFormat::Png);
        png[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        png[20..24].copy_from_slice(&60_000u32.to_be_bytes());
        let sum = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&sum.to_be_bytes());
        assert!(matches!(load_image(&png), Err(ImageError::TooManyPixels { width: 60_000, height: 60_000 })));
        let mut gif = encoded(&sample(), ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0xff; 4]);
        assert!(matches!(load_image(&gif), Err(ImageError::TooManyPixels { .. })));
        let mut bmp = encoded(&sample(), ImageFormat::Bmp);
        bmp[18..22].copy_from_slice(&60_000u32.to_le_bytes());
        bmp[22..26].copy_from_slice(&60_000u32.to_le_bytes());
        assert!(matches!(load_image(&bmp), Err(ImageError::TooManyPixels { .. })));
    }

    #[test]
    fn a_file_over_the_cap_is_refused_unread() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(MAX_FILE_BYTES + 1).unwrap();
        assert!(matches!(load_image_file(file.path()), Err(ImageError::TooManyBytes)));
        assert!(matches!(load_image_file(Path::new("no/such/file")), Err(ImageError::Io(_))));
        assert!(load_image_file(&std::env::temp_dir()).is_err());
    }

    #[test]
    fn a_truncated_image_is_named_damaged() {
        for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
            let bytes = encoded(&sample(), format);
            let error = load_image(&bytes[..bytes.len() / 2]).expect_err("half a file");
            assert!(matches!(error, ImageError::Damaged { .. }), "{format:?}: {error}");
        }
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(
                crc ^ u32::from(byte),
                |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
            )
        })
    }
}
