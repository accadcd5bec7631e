//! The certificate authorities of an organization's own, for what this server connects to: mail server, SMS gateway, document
//! store. Where a file of them is named it takes the place of the system's (ADR 0078).

use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Why a file is none of certificate authorities.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} cannot be taken as PEM certificates of an authority: {cause}")]
pub struct AuthoritiesError {
    /// Which file.
    pub path: PathBuf,
    /// What was wrong with it.
    pub cause: String,
}

/// Reads such a file and gives it back as it stands, in PEM: each library reads it into types of its own.
///
/// # Errors
/// When it cannot be read, holds no certificate, or one that no chain could end in.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, AuthoritiesError> {
    let error = |cause: String| AuthoritiesError { path: path.into(), cause };
    let pem = std::fs::read(path).map_err(|cause| error(cause.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|cause| error(cause.to_string()))?;
        roots.add(certificate).map_err(|cause| error(cause.to_string()))?;
    }
    if roots.is_empty() {
        return Err(error("there is no certificate in it".into()));
    }
    Ok(pem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_or_with_a_broken_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        assert!(read(&path).unwrap_err().to_string().contains("ca.pem"));
        for text in ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            std::fs::write(&path, text).unwrap();
            assert!(read(&path).is_err(), "{text}");
        }
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let other = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        std::fs::write(&path, made.signing_key.serialize_pem()).unwrap();
        assert!(read(&path).unwrap_err().cause.contains("no certificate"));
        let both = made.cert.pem() + &other.cert.pem();
        std::fs::write(&path, &both).unwrap();
        assert_eq!(read(&path).unwrap(), both.as_bytes());
    }
}
