//! The formats, one module each. A new one is a module and a line in [`FORMATS`].

use core::fmt;

use crate::{Answers, Found, Input, ReadError};

pub(crate) mod aegis;
mod andotp;
mod authenticator_plus;
mod authme;
mod authy;
mod battle_net;
mod bitwarden;
mod cotp;
mod duo;
mod ente;
mod freeotp;
mod freeotp_plus;
pub(crate) mod google;
mod google_authenticator_db;
mod html;
mod keepass;
mod keepass_xml;
mod keepassxc_csv;
mod lastpass;
mod microsoft_authenticator;
mod onepassword;
pub(crate) mod otpauth_list;
mod otpclient;
mod proton;
mod raivo;
mod steam;
mod stratum;
pub(crate) mod tessera;
mod totp_authenticator;
pub(crate) mod twofas;
mod winauth;

/// All formats that are read; of those that are equally alike, the earlier goes first.
pub static FORMATS: &[&Format] = &[
    &tessera::FORMAT,
    &aegis::FORMAT,
    &twofas::FORMAT,
    &google::FORMAT,
    &authenticator_plus::FORMAT,
    &authme::FORMAT,
    &authy::FORMAT,
    &battle_net::FORMAT,
    &bitwarden::FORMAT,
    &cotp::FORMAT,
    &duo::FORMAT,
    &ente::FORMAT,
    &google_authenticator_db::FORMAT,
    &html::FORMAT,
    &keepass::FORMAT,
    &keepass_xml::FORMAT,
    &keepassxc_csv::FORMAT,
    &lastpass::FORMAT,
    &microsoft_authenticator::FORMAT,
    &onepassword::FORMAT,
    &otpclient::FORMAT,
    &proton::FORMAT,
    &raivo::FORMAT,
    &steam::FORMAT,
    &stratum::FORMAT,
    &totp_authenticator::FORMAT,
    &winauth::FORMAT,
    &freeotp_plus::FORMAT,
    &freeotp::FORMAT,
    &otpauth_list::FORMAT,
    &andotp::FORMAT,
];

/// A format: how it is called, how it is recognized and how it is read.
pub struct Format {
    /// Its name for programs, in lower case with hyphens: `aegis`, `google-authenticator-db`.
    pub id: &'static str,
    /// Its name for people, as it stands in a sentence: `Aegis`.
    pub name: &'static str,
    /// Whether a file looks like it. Looks at the content and derives no keys.
    pub recognize: fn(&Input<'_>) -> Option<Likeness>,
    /// Reads a file; [`ReadError::OtherFormat`] if it turns out not to be one.
    pub read: fn(&Input<'_>, &Answers<'_>) -> Result<Found, ReadError>,
}

/// How much a file looks like a format. Later is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Nothing speaks against it, such as bytes without any mark of their own.
    Possible,
    /// It has the shape, which others have too.
    Likely,
    /// It has what only this format has.
    Certain,
}

/// Finds a format by its name for programs.
pub fn format_by_id(id: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.id == id)
}

impl Format {
    pub(crate) fn damaged(&'static self, what: impl fmt::Display) -> ReadError {
        // A reason is a sentence; here it is a part of one.
        ReadError::Damaged { format: self, what: what.to_string().trim_end_matches('.').to_owned() }
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Format").field(&self.id).finish()
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Format {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_written_as_programs_want_them() {
        for (index, format) in FORMATS.iter().enumerate() {
            assert!(FORMATS.iter().skip(index + 1).all(|other| other.id != format.id), "{}", format.id);
            assert!(format.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            assert_eq!(format_by_id(format.id), Some(*format));
        }
    }
}
