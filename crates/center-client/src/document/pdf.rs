//! A PDF, drawn page beneath page. Scripts, attachments, forms and links are not drawn, so they do not get any further.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::RgbImage;

use super::{DocumentError, Picture};

/// The most pages of a document.
const PAGES: usize = 6;
/// The longer side of a drawn page, in pixels: 171 an inch for A4.
const SIDE: f32 = 2_000.0;

/// Draws a PDF.
pub(super) fn read(bytes: &[u8]) -> Result<Picture, DocumentError> {
    // The file is anybody's; a fault of the drawing library is a file that cannot be drawn.
    let drawn = catch_unwind(AssertUnwindSafe(|| draw(bytes)));
    drawn.unwrap_or(Err(DocumentError::PdfNotDrawn))
}

fn draw(bytes: &[u8]) -> Result<Picture, DocumentError> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => DocumentError::PdfEncrypted,
        LoadPdfError::Invalid => DocumentError::Damaged,
    })?;
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(DocumentError::PdfNotDrawn);
    }
    if pages.len() > PAGES {
        return Err(DocumentError::PdfPages { pages: pages.len(), most: PAGES });
    }
    let cache = RenderCache::new();
    let mut drawn = Vec::with_capacity(pages.len());
    for page in pages.iter() {
        let (width, height) = page.render_dimensions();
        let scale = SIDE / width.max(height);
        let is_drawable = scale.is_finite() && scale > 0.0 && width * scale >= 1.0 && height * scale >= 1.0;
        if !is_drawable {
            return Err(DocumentError::PdfNotDrawn);
        }
        let size = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let pixels = render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &size);
        let (width, height) = (u32::from(pixels.width()), u32::from(pixels.height()));
        let rgb = pixels.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
        drawn.push(RgbImage::from_raw(width, height, rgb).ok_or(DocumentError::PdfNotDrawn)?);
    }
    let width = drawn.iter().map(RgbImage::width).max().unwrap_or(1);
    let height = drawn.iter().map(RgbImage::height).sum();
    let mut whole = RgbImage::from_pixel(width, height, image::Rgb([255, 255, 255]));
    let mut top = 0;
    for page in &drawn {
        image::imageops::replace(&mut whole, page, 0, i64::from(top));
        top += page.height();
    }
    Ok(Picture::of(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PDF of so many pages, each with a black square in its lower left quarter; with a script that runs when it is opened.
    fn pdf(pages: usize) -> Vec<u8> {
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\('SCRIPT'\\)) >> >>".to_owned(),
            format!(
                "<< /Type /Pages /Count {pages} /Kids [{}] >>",
                (0..pages).map(|page| format!("{} 0 R", 4 + page)).collect::<Vec<_>>().join(" ")
            ),
            "<< /Length 22 >>\nstream\n0 0 0 rg 0 0 50 100 re f\nendstream".replace("22", "24"),
        ];
        for _ in 0..pages {
            objects
                .push("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 200] /Contents 3 0 R >>".to_owned());
        }
        let mut bytes = b"%PDF-1.4\n".to_vec();
        let mut places = Vec::new();
        for (number, object) in (1..).zip(&objects) {
            places.push(bytes.len());
            bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
        }
        let start = bytes.len();
        bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
        for place in places {
            bytes.extend(format!("{place:010} 00000 n \n").bytes());
        }
        let size = objects.len() + 1;
        bytes.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
        bytes
    }

    #[test]
    fn pages_are_drawn_beneath_each_other_and_a_script_goes_nowhere() {
        let file = pdf(2);
        assert!(file.windows(6).any(|window| window == b"SCRIPT"));
        let picture = read(&file).unwrap();
        assert_eq!(picture.height(), picture.width() * 4);
        let sent = picture.to_jpeg(1 << 20).unwrap();
        assert!(!sent.windows(6).any(|window| window == b"SCRIPT"));
        let read_back = image::load_from_memory(&sent).unwrap().into_rgb8();
        let (width, height) = read_back.dimensions();
        let is_black = |x, y| read_back.get_pixel(x, y).0.iter().all(|channel| *channel < 60);
        assert!(is_black(width / 4, height * 3 / 8), "the lower left quarter of the first page");
        assert!(!is_black(width * 3 / 4, height * 3 / 8) && !is_black(width / 4, height / 8));
        assert!(is_black(width / 4, height * 7 / 8), "and of the second");
    }

    #[test]
    fn a_pdf_of_too_many_pages_is_refused() {
        assert_eq!(read(&pdf(7)).err(), Some(DocumentError::PdfPages { pages: 7, most: 6 }));
    }

    #[test]
    fn a_damaged_pdf_is_an_error_and_never_a_panic() {
        let file = pdf(1);
        for end in (0..file.len()).step_by(7) {
            let _ = read(&file[..end]);
        }
    }
}
