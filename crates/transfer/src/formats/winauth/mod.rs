//! WinAuth's export as a zip, encrypted or not: a text of otpauth URIs in it. Its export as a text is an otpauth list like
//! any other.

use super::{Format, Likeness, otpauth_list};
use crate::archive::Archive;
use crate::collector::Collector;
use crate::{Answers, Found, Input, ReadError};

pub(super) static FORMAT: Format = Format { id: "winauth", name: "WinAuth", recognize, read };

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    Archive::open(input.bytes())?.find(is_text).map(|_| Likeness::Likely)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let other = || ReadError::OtherFormat { format: &FORMAT };
    let mut archive = Archive::open(input.bytes()).ok_or_else(other)?;
    let mut collector = Collector::new();
    let mut any = false;
    for index in archive.find_all(is_text) {
        let unpacked = archive.unpack(index, &FORMAT, answers)?;
        let text =
            core::str::from_utf8(&unpacked).map_err(|_| FORMAT.damaged("the file in it is not text"))?;
        // A text without any URI is somebody's note, and perhaps the archive is not WinAuth's at all.
        if otpauth_list::looks_like(text) {
            any = true;
            otpauth_list::collect(text, answers, &mut collector);
        }
    }
    if any { collector.finish(&FORMAT) } else { Err(other()) }
}

fn is_text(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("txt"))
}
