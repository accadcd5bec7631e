//! Authenticator Plus: a zip, mostly AES-encrypted, with one text of otpauth URIs in it.

use super::{Format, Likeness, otpauth_list};
use crate::archive::Archive;
use crate::collector::Collector;
use crate::{Answers, Found, Input, ReadError};

pub(super) static FORMAT: Format =
    Format { id: "authenticator-plus", name: "Authenticator Plus", recognize, read };

const FILE: &str = "Accounts.txt";

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    Archive::open(input.bytes())?.find(|name| name == FILE).map(|_| Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let other = ReadError::OtherFormat { format: &FORMAT };
    let mut archive = Archive::open(input.bytes()).ok_or(other.clone())?;
    let index = archive.find(|name| name == FILE).ok_or(other)?;
    let unpacked = archive.unpack(index, &FORMAT, answers)?;
    let text = core::str::from_utf8(&unpacked).map_err(|_| FORMAT.damaged("the file in it is not text"))?;
    let mut collector = Collector::new();
    otpauth_list::collect(text, answers, &mut collector);
    collector.finish(&FORMAT)
}
