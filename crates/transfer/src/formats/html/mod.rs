//! Pages with QR codes: what Aegis, Raivo, Authme and others call an HTML export, for printing or for another app's camera.
//!
//! The pictures stand in the page itself, as data URLs. The page is not drawn and nothing of it is fetched; whoever calls
//! finds the codes in a picture ([`Answers::pictures`]).

use tessera_otp::{Credential, Entry};

use super::{Format, Likeness};
use crate::collector::Collector;
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
    let mut collector = Collector::new();
    for (index, picture) in pictures(text).enumerate() {
        let place = Place::named(&format!("picture {}", index + 1));
        if index >= PICTURES_MAX {
            collector.take(
                place,
                Err(Reason::Other("It and what follows were not looked at: the page has too many pictures.")),
            );
            break;
        }
        let Some(find) = answers.pictures else {
            collector
                .take(place, Err(Reason::Other("It was not looked at: this program cannot read QR codes.")));
            continue;
        };
        let codes = base64::decode(picture).map(|bytes| find(&bytes)).unwrap_or_default();
        if codes.is_empty() {
            collector.take(place.clone(), Err(Reason::Other("No QR code was found in it.")));
        }
        for code in codes {
            let made = Credential::from_uri(&code).map(|credential| Entry::new(credential, answers.now));
            collector.take(place.clone(), made.map_err(Reason::from));
        }
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
