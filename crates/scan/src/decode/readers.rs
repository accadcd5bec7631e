//! The two decoders, brought to one shape.

use rxing::{
    BinaryBitmap, DecodeHints, Luma8LuminanceSource, Point,
    common::HybridBinarizer,
    multi::{MultipleBarcodeReader, qrcode::QRCodeMultiReader},
    qrcode::cpp_port::QrReader,
};
use zeroize::Zeroizing;

use super::{Found, luma::Luma};

/// Every code that rxing sees, dark on light and light on dark.
pub(super) fn rxing(luma: &Luma) -> Vec<Found> {
    rxing_with(luma, false)
}

/// The same, with rxing's older detector where the newer one sees nothing.
pub(super) fn rxing_twice(luma: &Luma) -> Vec<Found> {
    rxing_with(luma, true)
}

fn rxing_with(luma: &Luma, thorough: bool) -> Vec<Found> {
    let Ok(source) = Luma8LuminanceSource::new(luma.data.to_vec(), narrow(luma.width), narrow(luma.height))
    else {
        return Vec::new();
    };
    let hints = DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some([rxing::BarcodeFormat::QR_CODE].into()),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let mut found = Vec::new();
    for _polarity in 0..2 {
        let mut reader = Reader::Edges;
        let mut results = QrReader.decode_multiple_with_hints(&mut bitmap, &hints).unwrap_or_default();
        if results.is_empty() && thorough {
            reader = Reader::Centers;
            results =
                QRCodeMultiReader::new().decode_multiple_with_hints(&mut bitmap, &hints).unwrap_or_default();
        }
        for result in results {
            if let Some(corners) = corners(result.getPoints(), reader) {
                found.push(Found { text: Zeroizing::new(result.getText().to_owned()), corners });
            }
        }
        bitmap.invert();
    }
    found
}

/// Every code that rqrr sees. It panics on some pictures: only to be called behind the guard.
pub(super) fn rqrr(luma: &Luma) -> Vec<Found> {
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(luma.width, luma.height, |x, y| {
        luma.data[y * luma.width + x]
    });
    let mut found = Vec::new();
    for grid in image.detect_grids() {
        if let Ok((_, text)) = grid.decode() {
            found.push(Found {
                text: Zeroizing::new(text),
                corners: grid.bounds.map(|p| (p.x as f32, p.y as f32)),
            });
        }
    }
    found
}

/// The corners of the code, in order around it.
fn corners(points: &[Point], reader: Reader) -> Option<[(f32, f32); 4]> {
    let at = |i: usize| points.get(i).copied();
    let corners = match reader {
        // top left, top right, bottom left, bottom right
        Reader::Edges => [at(0)?, at(1)?, at(3)?, at(2)?],
        // The centers of three finder patterns (bottom left, top left, top right) and, if there is one, of the alignment
        // pattern by the fourth corner. A corner lies 3.5 modules outside a finder's center: a quarter of the distance
        // between two centers in the smallest code, less in any larger. What is said too large is only painted over.
        Reader::Centers => {
            let (bl, tl, tr) = (at(0)?, at(1)?, at(2)?);
            let br = match at(3) {
                Some(alignment) => tl + (alignment - tl) * 1.25,
                None => tr + bl - tl,
            };
            let middle = (tl + tr + bl + br) * 0.25;
            [tl, tr, br, bl].map(|center| middle + (center - middle) * 1.5)
        }
    };
    Some(corners.map(|p| (p.x, p.y)))
}

#[derive(Clone, Copy)]
enum Reader {
    Edges,
    Centers,
}

/// Sizes are capped far below 2^32 before they come here.
fn narrow(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
