//! A picture: decoded within limits, turned, cropped, drawn anew.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};
use zeroize::Zeroizing;

use super::DocumentError;

/// The longest side that is decoded.
const SIDE_READ: u32 = 20_000;
/// The most pixels that are decoded: 64 megapixels.
const PIXELS_READ: u64 = 64_000_000;
/// What decoding may take of memory, in bytes.
const MEMORY: u64 = 512 * 1024 * 1024;
/// The longest side that is sent; a licence number stays readable far below.
const SIDE_SENT: u32 = 3_200;
/// The most pixels that are sent.
const PIXELS_SENT: u64 = 16_000_000;
/// Tried one after the other until the file is small enough.
const QUALITIES: [u8; 4] = [88, 78, 65, 50];

/// What a document shows, and nothing else of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture(RgbImage);

/// A part of a picture, in thousandths of its sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crop {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// How wide.
    pub width: u32,
    /// How high.
    pub height: u32,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} x {})", self.0.width(), self.0.height())
    }
}

impl Picture {
    /// Decodes a JPEG or PNG, lays it over white and turns it as it says.
    ///
    /// # Errors
    /// When it is none, broken, or larger than is read.
    pub fn read(bytes: &[u8]) -> Result<Self, DocumentError> {
        let format = image::guess_format(bytes).map_err(|_| DocumentError::Unsupported)?;
        if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
            return Err(DocumentError::Unsupported);
        }
        let mut limits = Limits::default();
        limits.max_image_width = Some(SIDE_READ);
        limits.max_image_height = Some(SIDE_READ);
        limits.max_alloc = Some(MEMORY);
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(limits);
        // The size first, by a reader without limits, so that a refusal can say it.
        let size = ImageReader::with_format(Cursor::new(bytes), format).into_dimensions();
        let (width, height) = size.map_err(|_| DocumentError::Damaged)?;
        let too_large = DocumentError::TooManyPixels { width, height };
        if width.max(height) > SIDE_READ || u64::from(width) * u64::from(height) > PIXELS_READ {
            return Err(too_large);
        }
        let failed = |error: ImageError| match error {
            ImageError::Limits(_) => too_large,
            _ => DocumentError::Damaged,
        };
        let mut decoder = reader.into_decoder().map_err(failed)?;
        let orientation = decoder.orientation().map_err(failed)?;
        let mut image = DynamicImage::from_decoder(decoder).map_err(failed)?;
        image.apply_orientation(orientation);
        Ok(Self(over_white(image)).bounded())
    }

    /// A picture of 3 bytes a pixel, row after row; `None` when the bytes are not those of such a picture.
    pub fn from_rgb(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        if width == 0 || height == 0 {
            return None;
        }
        RgbImage::from_raw(width, height, rgb).map(Self::of)
    }

    pub(super) fn of(image: RgbImage) -> Self {
        Self(image).bounded()
    }

    /// Its width in pixels.
    pub fn width(&self) -> u32 {
        self.0.width()
    }

    /// Its height in pixels.
    pub fn height(&self) -> u32 {
        self.0.height()
    }

    /// Turned to the right by so many quarters.
    #[must_use]
    pub fn turned(self, quarters: u8) -> Self {
        Self(match quarters % 4 {
            0 => self.0,
            1 => imageops::rotate90(&self.0),
            2 => imageops::rotate180(&self.0),
            _ => imageops::rotate270(&self.0),
        })
    }

    /// A part of it. What lies outside is left out; of nothing, all of it stays.
    #[must_use]
    pub fn cropped(self, crop: Crop) -> Self {
        let (width, height) = self.0.dimensions();
        let part = |thousandths: u32, of: u32| {
            let pixels = u64::from(thousandths.min(1000)) * u64::from(of) / 1000;
            u32::try_from(pixels).unwrap_or(of)
        };
        let (x, y) = (part(crop.x, width), part(crop.y, height));
        let (w, h) = (part(crop.width, width).min(width - x), part(crop.height, height).min(height - y));
        if w == 0 || h == 0 {
            return self;
        }
        Self(imageops::crop_imm(&self.0, x, y, w, h).to_image())
    }

    /// As JPEG, no longer than `side` pixels, for looking at.
    ///
    /// # Errors
    /// Never for a picture that was read; the encoder says otherwise.
    pub fn preview(&self, side: u32) -> Result<Vec<u8>, DocumentError> {
        let small = scaled(&self.0, f64::from(side.clamp(16, 8_192)) / f64::from(self.longest()));
        encoded(&small, 82)
    }

    /// As JPEG of at most so many bytes: what is sealed.
    ///
    /// # Errors
    /// When it cannot be made that small.
    pub fn to_jpeg(&self, most: usize) -> Result<Zeroizing<Vec<u8>>, DocumentError> {
        let mut image = self.0.clone();
        loop {
            for quality in QUALITIES {
                let bytes = Zeroizing::new(encoded(&image, quality)?);
                if bytes.len() <= most {
                    return Ok(bytes);
                }
            }
            if image.width().max(image.height()) < 256 {
                return Err(DocumentError::TooManyBytes { most });
            }
            image = scaled(&image, 0.7);
        }
    }

    fn longest(&self) -> u32 {
        self.0.width().max(self.0.height()).max(1)
    }

    /// No larger than is sent. A tall one (pages beneath each other) may be longer than a photograph.
    fn bounded(self) -> Self {
        let (width, height) = (f64::from(self.0.width().max(1)), f64::from(self.0.height().max(1)));
        let shortest = width.min(height);
        let by_side = f64::from(SIDE_SENT) / shortest.max(f64::from(self.longest()) / 4.0);
        #[allow(clippy::cast_precision_loss, reason = "a bound, not a count")]
        let by_pixels = (PIXELS_SENT as f64 / (width * height)).sqrt();
        Self(scaled(&self.0, by_side.min(by_pixels)))
    }
}

/// Smaller by a factor; never larger.
fn scaled(image: &RgbImage, factor: f64) -> RgbImage {
    if factor.is_nan() || factor >= 1.0 {
        return image.clone();
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "smaller than what it comes from"
    )]
    let side = |side: u32| ((f64::from(side) * factor) as u32).max(1);
    imageops::resize(image, side(image.width()), side(image.height()), FilterType::Triangle)
}

fn over_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let rgba = image.into_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let over = |channel: u8| {
            let mixed = u32::from(channel) * u32::from(a) + 255 * (255 - u32::from(a));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over(r), over(g), over(b)])
    })
}

fn encoded(image: &RgbImage, quality: u8) -> Result<Vec<u8>, DocumentError> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    image.write_with_encoder(encoder).map_err(|_| DocumentError::Damaged)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder as _, Rgba, RgbaImage};

    use super::*;

    fn png(image: &RgbaImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        image::codecs::png::PngEncoder::new(&mut bytes)
            .write_image(image, image.width(), image.height(), image::ExtendedColorType::Rgba8)
            .unwrap();
        bytes
    }

    /// Red on the left, blue on the right.
    fn two_colored(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, _| {
            if x < width / 2 { image::Rgb([250, 0, 0]) } else { image::Rgb([0, 0, 250]) }
        })
    }

    /// A JPEG with metadata: an orientation (6: turn right) and a comment, as a camera writes them.
    fn photograph() -> Vec<u8> {
        let plain = encoded(&two_colored(80, 40), 95).unwrap();
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend(b"52.5200N 13.4050E");
        let segment = |marker: u8, content: &[u8]| {
            let mut bytes = vec![0xff, marker];
            bytes.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
            bytes.extend(content);
            bytes
        };
        let mut bytes = plain[..2].to_vec();
        bytes.extend(segment(0xe1, &exif));
        bytes.extend(segment(0xfe, b"SECRET-COMMENT"));
        bytes.extend(&plain[2..]);
        bytes
    }

    fn has(bytes: &[u8], text: &[u8]) -> bool {
        bytes.windows(text.len()).any(|window| window == text)
    }

    #[test]
    fn a_photograph_is_turned_as_it_says_and_loses_what_it_tells() {
        let file = photograph();
        assert!(has(&file, b"SECRET-COMMENT") && has(&file, b"13.4050E"));
        let picture = Picture::read(&file).unwrap();
        assert_eq!((picture.width(), picture.height()), (40, 80), "turned");
        let red_on_top = picture.0.get_pixel(20, 10).0;
        assert!(red_on_top[0] > 200 && red_on_top[2] < 60, "{red_on_top:?}");
        let sent = picture.to_jpeg(1 << 20).unwrap();
        assert!(!has(&sent, b"SECRET") && !has(&sent, b"Exif") && !has(&sent, b"13.4050E"));
        assert!(Picture::read(&sent).is_ok());
    }

    #[test]
    fn what_is_transparent_becomes_white() {
        let picture = Picture::read(&png(&RgbaImage::from_pixel(4, 4, Rgba([0, 0, 0, 0])))).unwrap();
        assert_eq!(picture.0.get_pixel(0, 0).0, [255, 255, 255]);
    }

    #[test]
    fn a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() {
        // A header that claims 30,000 x 30,000 pixels, and no pixels.
        let mut header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        header.extend(30_000_u32.to_be_bytes());
        header.extend(30_000_u32.to_be_bytes());
        header.extend([8, 6, 0, 0, 0]);
        header.extend(crc(&header[12..]).to_be_bytes());
        header.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        assert_eq!(
            Picture::read(&header).err(),
            Some(DocumentError::TooManyPixels { width: 30_000, height: 30_000 })
        );
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8)
                .fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
        })
    }

    #[test]
    fn a_large_picture_is_sent_smaller() {
        let picture = Picture::of(two_colored(8_000, 4_000));
        assert!(u64::from(picture.width()) * u64::from(picture.height()) <= PIXELS_SENT);
        assert_eq!(picture.width(), picture.height() * 2);
        let small = picture.to_jpeg(20_000).unwrap();
        assert!(small.len() <= 20_000);
    }

    #[test]
    fn a_part_is_cut_out_and_turned() {
        let picture = Picture::of(two_colored(100, 50));
        let left = picture.clone().cropped(Crop { x: 0, y: 0, width: 500, height: 1000 });
        assert_eq!((left.width(), left.height()), (50, 50));
        assert!(left.0.pixels().all(|pixel| pixel.0[0] > 200));
        let turned = picture.clone().turned(1);
        assert_eq!((turned.width(), turned.height()), (50, 100));
        assert_eq!(turned.turned(3), picture);
        let nothing = picture.clone().cropped(Crop { x: 1000, y: 0, width: 10, height: 10 });
        assert_eq!(nothing, picture);
        let beyond = picture.cropped(Crop { x: 900, y: 0, width: u32::MAX, height: u32::MAX });
        assert_eq!(beyond.width(), 10);
    }

    #[test]
    fn a_damaged_picture_is_an_error_and_never_a_panic() {
        let file = photograph();
        for end in 0..file.len() {
            let _ = Picture::read(&file[..end]);
        }
        for at in 0..file.len().min(700) {
            let mut changed = file.clone();
            changed[at] ^= 0xff;
            let _ = Picture::read(&changed);
        }
    }
}
