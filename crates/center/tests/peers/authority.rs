//! A certificate authority of one's own, as an organization has it.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// An authority whose certificate lies in a file.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: PathBuf,
    pub(crate) file: PathBuf,
}

/// A certificate and its key, in files.
pub(crate) struct Pair {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Authority {
    pub(crate) fn new(folder: &Path, name: &str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let file = folder.join(format!("{name}.pem"));
        std::fs::write(&file, parameters.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(parameters, key), folder: folder.into(), file }
    }

    /// A certificate for this name.
    pub(crate) fn certify(&self, host: &str) -> Pair {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let made = parameters.signed_by(&key, &self.issuer).unwrap();
        let beside = |end: &str| {
            let stem = self.file.file_stem().unwrap().to_string_lossy();
            self.folder.join(format!("{stem}-{host}-{end}.pem"))
        };
        let pair = Pair { certificate: beside("certificate"), key: beside("key") };
        std::fs::write(&pair.certificate, made.pem()).unwrap();
        std::fs::write(&pair.key, key.serialize_pem()).unwrap();
        pair
    }
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
