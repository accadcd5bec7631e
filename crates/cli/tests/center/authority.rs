//! A certificate authority of a company's own.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tessera_center::config::Tls;

pub struct PrivateAuthority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, PEM, as its users are given it.
    pub pem: String,
}

impl PrivateAuthority {
    pub fn named(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = parameters.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(parameters, key), pem }
    }

    /// Writes its certificate where a command can read it.
    pub fn file(&self, path: &Path) -> String {
        std::fs::write(path, &self.pem).unwrap();
        path.display().to_string()
    }

    /// A key in this folder, and a certificate of it.
    pub fn vouch_for(&self, host: &str, folder: &Path) -> Tls {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let made = parameters.signed_by(&key, &self.issuer).unwrap();
        let tls = Tls { certificate: folder.join("server.pem"), key: folder.join("server.key") };
        std::fs::write(&tls.certificate, made.pem()).unwrap();
        std::fs::write(&tls.key, key.serialize_pem()).unwrap();
        tls
    }
}
