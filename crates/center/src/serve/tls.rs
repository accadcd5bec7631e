//! Certificate and key.

use std::path::PathBuf;
use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Tls;

/// Why a certificate cannot be served with.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file.
    #[error("{path} cannot be read as PEM: {cause}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What was wrong.
        cause: String,
    },
    /// The two together.
    #[error("the certificate and its key do not go together: {0}")]
    Pair(#[source] rustls::Error),
}

/// Takes ring for all TLS of this process, unless something else was taken before.
pub(crate) fn install_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Reads both files.
pub(crate) fn load(files: &Tls) -> Result<RustlsConfig, TlsError> {
    install_provider();
    let file = |path: &PathBuf, cause: String| TlsError::File { path: path.clone(), cause };
    let chain: Vec<_> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|error| file(&files.certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(file(&files.certificate, "there is no certificate in it".into()));
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|error| file(&files.key, error.to_string()))?;
    let mut config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).map_err(TlsError::Pair)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}
