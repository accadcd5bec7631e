//! Pages with QR codes: what Aegis, Raivo, Authme and others call an HTML export, for printing or for another app's camera.
//!
//! The pictures stand in the page itself, as data URLs. The page is not drawn and nothing of it is fetched; whoever calls
//! finds the codes in a picture ([`Answers::pictures`]).

use super::{Format, Likeness, google};
use crate::{Answers, Found, Input, Place, ReadError, Reason, base64};

pub(super) static FORMAT: Format = Format { id: "html", name: "a page with QR codes", recognize, read };

/// How a picture within a page begins.
const PICTURE: &str = "data:image/";
/// The most pictures that are looked at.
const PICTURES_MAX: usize = 10_000;

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let text = input.text()?;
    let start: String = text.trim_start().chars().take(16).collect::<String>().to_ascii_lowercase();
    let page = start.starts_with("<!doctype html") || start.starts_with("<html") || text.contains("<img");
    (page && text.contains(PICTURE)).then_some(Likeness::Likely)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let text = input.text().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let mut codes = Vec::new();
    let mut without = Vec::new();
    for (index, picture) in pictures(text).enumerate() {
        let place = Place::named(&format!("picture {}", index + 1));
        if index >= PICTURES_MAX {
            without.push((place, "It and what follows were not looked at: the page has too many pictures."));
            break;
        }
        let Some(find) = answers.pictures else {
            without.push((place, "It was not looked at: this program cannot read QR codes."));
            continue;
        };
        let found = base64::decode(picture).map(|bytes| find(&bytes)).unwrap_or_default();
        if found.is_empty() {
            without.push((place, "No QR code was found in it."));
        } else {
            codes.extend(found.into_iter().map(|code| (place.clone(), code)));
        }
    }
    // A page may hold the parts of a transfer of Google Authenticator as well as single codes.
    let texts = codes.iter().map(|(place, code)| (place.clone(), code.trim()));
    let mut collector = google::collect(texts, answers.now);
    for (place, why) in without {
        collector.take(place, Err(Reason::Other(why)));
    }
    collector.finish(&FORMAT)
}

/// The base64 of each picture in a page, in order.
fn pictures(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(PICTURE).filter_map(|(at, _)| {
        let rest = text.get(at + PICTURE.len()..)?;
        let url = rest.split(['"', '\'', ')', '>', '<', ' ', '\n', '\r', '\t', '&']).next()?;
        let (kind, data) = url.split_once(',')?;
        kind.ends_with(";base64").then_some(data)
    })
}
