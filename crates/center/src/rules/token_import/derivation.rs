//! A key that is derived from a password (RFC 6030, section 6.2): PBKDF2 (RFC 8018, section 5.2) as the file describes it.

use zeroize::Zeroizing;

use super::ImportError;
use super::cipher::{FilePassword, PresharedKey, shown};

/// The most iterations that are computed: some seconds. The file names them, and whoever made it would keep us busy for years.
const ITERATIONS_MAX: u32 = 10_000_000;
/// The longest salt.
const SALT_MAX: usize = 1024;

/// What a file says of the derivation, as far as it was read.
#[derive(Default)]
pub(super) struct Derivation {
    pub(super) method: String,
    pub(super) salt: Option<Zeroizing<Vec<u8>>>,
    pub(super) iterations: Option<String>,
    pub(super) length: Option<String>,
    /// The pseudorandom function; HMAC-SHA-1 where none is named.
    pub(super) function: Option<String>,
}

impl Derivation {
    /// The key of a password. Where the file names no length, it is that of AES-128, by which PSKC files are encrypted.
    ///
    /// # Errors
    /// `Unsupported` for another method, function or length, or more work than anybody needs.
    pub(super) fn key_of(&self, password: &FilePassword) -> Result<PresharedKey, ImportError> {
        let unsupported = |what: &str, text: &str| {
            Err(ImportError::Unsupported(format!("a key derived from a password by {what} {}", shown(text))))
        };
        if self.method.rsplit('#').next() != Some("pbkdf2") {
            return unsupported("the method", &self.method);
        }
        let Some(salt) = self.salt.as_ref().filter(|salt| (1..=SALT_MAX).contains(&salt.len())) else {
            return unsupported("a salt that is", "missing, empty or over 1024 bytes");
        };
        let text = self.iterations.as_deref().unwrap_or_default();
        let Some(iterations) = text.parse().ok().filter(|count| (1..=ITERATIONS_MAX).contains(count)) else {
            return unsupported("so many iterations as", if text.is_empty() { "none" } else { text });
        };
        let length = match self.length.as_deref() {
            None | Some("16") => 16,
            Some("32") => 32,
            Some(other) => return unsupported("a length of", other),
        };
        let mut key = Zeroizing::new(vec![0; length]);
        // Only the key that it gives is kept.
        let password = password.expose_secret().as_bytes();
        match self.function.as_deref().map(|uri| uri.rsplit('#').next().unwrap_or_default()) {
            None | Some("hmac-sha1") => {
                pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, salt, iterations, &mut key);
            }
            Some("hmac-sha256") => {
                pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, iterations, &mut key);
            }
            Some("hmac-sha512") => {
                pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, iterations, &mut key);
            }
            Some(_) => return unsupported("the function", self.function.as_deref().unwrap_or_default()),
        }
        PresharedKey::derived(key).map_err(|_| ImportError::WrongKey)
    }
}

#[cfg(test)]
mod tests {
    use super::super::cipher;
    use super::*;

    fn described() -> Derivation {
        Derivation {
            method: "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2".into(),
            salt: Some(Zeroizing::new(b"salt".to_vec())),
            iterations: Some("4096".into()),
            length: None,
            function: None,
        }
    }

    #[test]
    fn the_key_is_the_one_of_rfc_6070() {
        let key = described().key_of(&FilePassword::new("password")).unwrap();
        // 4096 iterations; the RFC's key is four bytes longer.
        let expected = PresharedKey::from_hex("4b007901b765489abead49d926f721d0").unwrap();
        assert_eq!(cipher::of_key(&key), cipher::of_key(&expected));
    }

    #[test]
    fn what_costs_too_much_or_is_unknown_is_refused_before_anything_is_computed() {
        let refused = |change: &dyn Fn(&mut Derivation)| {
            let mut other = described();
            change(&mut other);
            assert!(matches!(other.key_of(&FilePassword::new("x")), Err(ImportError::Unsupported(_))));
        };
        for iterations in ["", "0", "-1", "x", "10000001", "99999999999999999999"] {
            refused(&|other| other.iterations = Some(iterations.into()));
        }
        refused(&|other| other.iterations = None);
        refused(&|other| other.salt = None);
        refused(&|other| other.salt = Some(Zeroizing::new(Vec::new())));
        refused(&|other| other.salt = Some(Zeroizing::new(vec![0; SALT_MAX + 1])));
        refused(&|other| other.length = Some("20".into()));
        refused(&|other| other.method = "http://www.w3.org/2009/xmlenc11#ConcatKDF".into());
        refused(&|other| other.function = Some("http://www.w3.org/2001/04/xmldsig-more#hmac-md5".into()));
    }
}
