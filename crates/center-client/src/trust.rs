//! Which certificates are believed: what the system believes, or one private authority that was named.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The largest file that is read as an authority's certificate, in bytes.
const AUTHORITY_BYTES_MAX: usize = 64 * 1024;

/// The certificate of a private authority. A center that is added with it is believed on its word alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    certificates: Vec<CertificateDer<'static>>,
    pem: String,
    name: String,
    expires_at: i64,
}

/// Why a text is no authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// No certificate in it.
    #[error("there is no certificate in this file: it must be PEM, with a line -----BEGIN CERTIFICATE-----")]
    NoCertificate,
    /// Larger than any such file.
    #[error("this file is too large to be an authority's certificate")]
    TooLarge,
    /// The certificate cannot serve as one.
    #[error("the certificate in this file cannot be that of an authority")]
    NotAnAuthority,
}

impl Authority {
    /// Reads PEM.
    ///
    /// # Errors
    /// When there is no certificate in it, or none that could be an authority's.
    pub fn from_pem(text: &str) -> Result<Self, AuthorityError> {
        if text.len() > AUTHORITY_BYTES_MAX {
            return Err(AuthorityError::TooLarge);
        }
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
        let certificates = read.map_err(|_| AuthorityError::NoCertificate)?;
        if certificates.is_empty() {
            return Err(AuthorityError::NoCertificate);
        }
        let first = certificates.first().ok_or(AuthorityError::NoCertificate)?;
        let (_, read) = X509Certificate::from_der(first).map_err(|_| AuthorityError::NotAnAuthority)?;
        let (name, expires_at) = (read.subject().to_string(), read.validity().not_after.timestamp());
        let authority = Self { pem: text.to_owned(), name, expires_at, certificates };
        authority.roots().map(|_| authority)
    }

    /// Whom the (first) certificate names.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Until when it is good, Unix seconds.
    pub fn expires_at(&self) -> i64 {
        self.expires_at
    }

    /// The PEM that it was read from.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    fn roots(&self) -> Result<RootCertStore, AuthorityError> {
        let mut roots = RootCertStore::empty();
        for certificate in &self.certificates {
            roots.add(certificate.clone()).map_err(|_| AuthorityError::NotAnAuthority)?;
        }
        Ok(roots)
    }
}

/// TLS as every connection has it.
pub(crate) fn tls(authority: Option<&Authority>) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = match authority {
        None => builder.with_platform_verifier()?.with_no_client_auth(),
        Some(authority) => {
            let roots = authority.roots().map_err(|error| rustls::Error::General(error.to_string()))?;
            builder.with_root_certificates(roots).with_no_client_auth()
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pem_with_a_certificate_is_an_authority() {
        assert_eq!(Authority::from_pem(""), Err(AuthorityError::NoCertificate));
        assert_eq!(Authority::from_pem("no certificate"), Err(AuthorityError::NoCertificate));
        let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(Authority::from_pem(garbage), Err(AuthorityError::NotAnAuthority));
        assert_eq!(Authority::from_pem(&"x".repeat(1 << 20)), Err(AuthorityError::TooLarge));
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        assert!(Authority::from_pem(&made.cert.pem()).is_ok());
    }
}
