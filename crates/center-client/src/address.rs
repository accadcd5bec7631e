//! Where a center is, and which staff root key it must have: one link holds both, and a QR code the link.
//!
//! ```text
//! tessera-center://HOST[:PORT]/[PATH]?root=FINGERPRINT[&plain]
//! ```
//!
//! `root` is the fingerprint of the staff root key (160 bits of SHA-256, 32 letters of base32; groups and case do not matter).
//! `plain` says that the center speaks HTTP without TLS, which is believed of this machine alone.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use tessera_center_api::key_list::RootKey;
use url::{Host, Url};

/// How a link begins.
const SCHEME: &str = "tessera-center";
/// The longest text that is read.
const LONGEST: usize = 1024;

/// Where a center is. With a fingerprint, the center must have that staff root key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CenterAddress {
    base: Url,
    root: Option<Fingerprint>,
}

/// What a person compares and a client pins: 160 bits of SHA-256 over the public staff root key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 20]);

/// Why a text is no address of a center.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No address at all.
    #[error("this is no address of a center: it begins with https:// or tessera-center://")]
    NotAnAddress,
    /// HTTP without TLS to another machine.
    #[error("a center on another machine is reached by https:// only")]
    NotSecure,
    /// A user name, a password, a query or a fragment.
    #[error("a center's address has no user name, no question mark and no hash")]
    TooMuch,
    /// The fingerprint is none.
    #[error(
        "this is no fingerprint of a staff root key: it has 32 letters and digits, in eight groups of four"
    )]
    NotAFingerprint,
}

impl Fingerprint {
    /// The one that these bytes are.
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Its 20 bytes.
    pub const fn to_bytes(self) -> [u8; 20] {
        self.0
    }

    /// The one of a root key.
    pub fn of(key: &RootKey) -> Self {
        Self(key.fingerprint_bytes())
    }
}

impl FromStr for Fingerprint {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.len() > LONGEST {
            return Err(AddressError::NotAFingerprint);
        }
        let letters: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let bytes = BASE32_NOPAD.decode(letters.as_bytes()).map_err(|_| AddressError::NotAFingerprint)?;
        bytes.try_into().map(Self).map_err(|_| AddressError::NotAFingerprint)
    }
}

/// Eight groups of four letters, as people compare it.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, letter) in BASE32_NOPAD.encode(&self.0).chars().enumerate() {
            if number > 0 && number % 4 == 0 {
                f.write_str(" ")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl CenterAddress {
    /// As a vault keeps it: the address, and the bytes of the fingerprint beside it.
    ///
    /// # Errors
    /// When the text is no address.
    pub fn kept(address: &str, root: Option<[u8; 20]>) -> Result<Self, AddressError> {
        let address: Self = address.parse()?;
        Ok(match root {
            Some(root) => address.with_root(Fingerprint::from_bytes(root)),
            None => address,
        })
    }

    /// An address without a fingerprint becomes one with it.
    #[must_use]
    pub fn with_root(self, root: Fingerprint) -> Self {
        Self { root: Some(root), ..self }
    }

    /// The fingerprint that its staff root key must have.
    pub fn root(&self) -> Option<Fingerprint> {
        self.root
    }

    /// Where requests go; its path ends in a slash.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }

    /// The link that holds all of it.
    pub fn link(&self) -> String {
        let mut link = format!("{SCHEME}://{}", self.base.authority());
        link.push_str(self.base.path());
        let mut sign = '?';
        if let Some(root) = self.root {
            link.push(sign);
            link.push_str("root=");
            link.push_str(&BASE32_NOPAD.encode(&root.0).to_ascii_lowercase());
            sign = '&';
        }
        if self.base.scheme() == "http" {
            link.push(sign);
            link.push_str("plain");
        }
        link
    }

    fn of(base: Url, root: Option<Fingerprint>) -> Result<Self, AddressError> {
        let mut base = base;
        let has_more = !base.username().is_empty() || base.password().is_some() || base.fragment().is_some();
        if has_more || base.query().is_some() {
            return Err(AddressError::TooMuch);
        }
        match base.scheme() {
            "https" => {}
            "http" if is_loopback(&base) => {}
            "http" => return Err(AddressError::NotSecure),
            _ => return Err(AddressError::NotAnAddress),
        }
        if base.host().is_none_or(|host| host == Host::Domain("")) {
            return Err(AddressError::NotAnAddress);
        }
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        Ok(Self { base, root })
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Reads a link, `https://…`, `http://` to this machine, or a bare host name, which is meant as `https://`.
impl FromStr for CenterAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST || text.chars().any(char::is_whitespace) {
            return Err(AddressError::NotAnAddress);
        }
        let scheme = text.split_once("://").map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
        let parse = |text: &str| Url::parse(text).map_err(|_| AddressError::NotAnAddress);
        match scheme {
            Some((scheme, rest)) if scheme == SCHEME => {
                // Read as https, so that host and port are judged as those of an address.
                let mut url = parse(&format!("https://{rest}"))?;
                let (mut root, mut plain) = (None, false);
                for (name, value) in url.query_pairs() {
                    match &*name {
                        "root" if root.is_none() => root = Some(value.parse()?),
                        "plain" if value.is_empty() => plain = true,
                        _ => return Err(AddressError::TooMuch),
                    }
                }
                url.set_query(None);
                if plain {
                    // Port 443, which https leaves out, is not what http would mean by leaving it out.
                    let rest = url.as_str().strip_prefix("https").map(str::to_owned).unwrap_or_default();
                    url = parse(&format!("http{rest}"))?;
                }
                Self::of(url, root)
            }
            Some((scheme, _)) if scheme == "https" || scheme == "http" => Self::of(parse(text)?, None),
            Some(_) => Err(AddressError::NotAnAddress),
            None => Self::of(parse(&format!("https://{text}"))?, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINT: &str = "ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567";

    fn read(text: &str) -> CenterAddress {
        text.parse().unwrap()
    }

    #[test]
    fn a_link_says_all_of_an_address_and_is_read_back() {
        let plain = read("http://127.0.0.1:8420").with_root(PRINT.parse().unwrap());
        assert_eq!(
            plain.link(),
            "tessera-center://127.0.0.1:8420/?root=abcdefghijklmnopqrstuvwxyz234567&plain"
        );
        for address in [
            plain,
            read("https://center.example"),
            read("https://center.example:8443/base/path"),
            read("https://center.example").with_root(PRINT.parse().unwrap()),
            read("http://[::1]:80"),
        ] {
            assert_eq!(read(&address.link()), address, "{}", address.link());
        }
        assert_eq!(read("Center.Example").base().as_str(), "https://center.example/");
    }

    #[test]
    fn a_fingerprint_is_read_however_people_write_it() {
        let print: Fingerprint = PRINT.parse().unwrap();
        assert_eq!(print.to_string(), PRINT);
        for other in [PRINT.to_lowercase(), PRINT.replace(' ', ""), PRINT.replace(' ', "-")] {
            assert_eq!(other.parse(), Ok(print));
        }
        for wrong in ["", "ABCD", &PRINT[1..], &format!("{PRINT} ABCD"), &PRINT.replace('A', "1"), "é"] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(AddressError::NotAFingerprint), "{wrong}");
        }
        let root = RootKey::of(&ed25519_dalek::SigningKey::from_bytes(&[1; 32]));
        assert_eq!(Fingerprint::of(&root).to_string(), root.fingerprint());
    }

    #[test]
    fn what_is_in_clear_is_taken_from_this_machine_alone() {
        for address in ["http://127.0.0.1:1", "http://localhost:8420/", "http://[::1]:9/x"] {
            assert!(read(address).is_loopback());
        }
        for address in [
            "http://center.example",
            "http://127.0.0.1.example",
            "http://localhost.example",
            "http://10.0.0.1",
            "tessera-center://center.example/?plain",
        ] {
            assert_eq!(address.parse::<CenterAddress>(), Err(AddressError::NotSecure), "{address}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, error) in [
            ("", AddressError::NotAnAddress),
            ("two words", AddressError::NotAnAddress),
            ("ftp://center.example", AddressError::NotAnAddress),
            ("https://", AddressError::NotAnAddress),
            ("https://a:b@center.example", AddressError::TooMuch),
            ("https://center.example/?q=1", AddressError::TooMuch),
            ("https://center.example/#x", AddressError::TooMuch),
            ("tessera-center://center.example/?root=abcd", AddressError::NotAFingerprint),
            ("tessera-center://center.example/?other=1", AddressError::TooMuch),
            ("tessera-center://u@center.example/", AddressError::TooMuch),
        ] {
            assert_eq!(text.parse::<CenterAddress>(), Err(error), "{text}");
        }
        assert_eq!("x".repeat(2000).parse::<CenterAddress>(), Err(AddressError::NotAnAddress));
    }
}
