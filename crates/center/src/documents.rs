//! Where sealed documents lie: a folder or an S3 bucket. They come as ciphertext and stay as they came; the server could not
//! open them if it wanted to.
//!
//! A document is kept in the pieces in which it was uploaded, so that an upload goes on where it broke off, at whichever
//! server the client meets next. A piece is there before the database says so.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{Certificate, ClientOptions, ObjectStore, ObjectStoreExt as _, RetryConfig};
use zeroize::Zeroizing;

use crate::authorities::{self, AuthoritiesError};
use crate::config::Config;

/// The first line of every age file.
const AGE: &[u8] = b"age-encryption.org/v1\n";
/// The longest header that is looked through for its end: some hundred recipients.
const HEADER_MAX: usize = 64 * 1024;

/// How long one request to the store may take, and how long one that fails is tried again: less than a client's own request
/// to us has (`request-seconds`), so that a store that is away is said to be.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
const RETRIES: usize = 3;

/// The store of documents.
#[derive(Debug, Clone)]
pub struct DocumentStore(Arc<dyn ObjectStore>);

/// Why a document was not stored, read or deleted.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The folder or the service.
    #[error("the store of documents is not available: {0}")]
    Store(#[from] object_store::Error),
    /// The folder cannot be made, or the credentials cannot be read.
    #[error("the store of documents cannot be opened: {0}")]
    Open(#[from] std::io::Error),
    /// The file of certificate authorities.
    #[error("documents.s3.ca-file: {0}")]
    Authorities(#[from] AuthoritiesError),
    /// The credentials file has not two lines.
    #[error("the credentials file of the document store needs two lines: access key and secret key")]
    Credentials,
}

impl DocumentStore {
    /// Opens what the configuration names.
    ///
    /// # Errors
    /// When the folder cannot be made or the credentials cannot be read. A service that is away shows later.
    pub fn open(config: &Config) -> Result<Self, DocumentError> {
        let Some(s3) = &config.documents.s3 else { return Self::in_folder(&config.data.join("documents")) };
        let text = Zeroizing::new(std::fs::read_to_string(&s3.credentials_file)?);
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let (Some(access), Some(secret)) = (lines.next(), lines.next()) else {
            return Err(DocumentError::Credentials);
        };
        crate::serve::install_tls_provider();
        let mut options = ClientOptions::new().with_connect_timeout(CONNECT_PATIENCE).with_timeout(PATIENCE);
        if let Some(path) = &s3.ca_file {
            for own in Certificate::from_pem_bundle(&authorities::read(path)?)? {
                options = options.with_root_certificate(own);
            }
            options = options.with_no_system_certificates(true);
        }
        let mut builder = AmazonS3Builder::new()
            .with_retry(RetryConfig {
                max_retries: RETRIES,
                retry_timeout: PATIENCE,
                ..RetryConfig::default()
            })
            .with_bucket_name(&s3.bucket)
            .with_region(&s3.region)
            .with_access_key_id(access)
            .with_secret_access_key(secret);
        if let Some(endpoint) = &s3.endpoint {
            options = options.with_allow_http(endpoint.starts_with("http://"));
            builder = builder.with_endpoint(endpoint);
        }
        Ok(Self(Arc::new(builder.with_client_options(options).build()?)))
    }

    /// A folder on this machine; each piece is on disk before it counts.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn in_folder(folder: &Path) -> Result<Self, DocumentError> {
        std::fs::create_dir_all(folder)?;
        Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))))
    }

    /// Stores a piece, under a name of its own.
    ///
    /// # Errors
    /// When the store is away or full.
    pub async fn put(&self, document: &str, piece: &str, bytes: Bytes) -> Result<(), DocumentError> {
        self.0.put(&place(document, piece), bytes.into()).await?;
        Ok(())
    }

    /// Reads a piece.
    ///
    /// # Errors
    /// When the store is away or the piece is gone.
    pub async fn get(&self, document: &str, piece: &str) -> Result<Bytes, DocumentError> {
        Ok(self.0.get(&place(document, piece)).await?.bytes().await?)
    }

    /// Deletes all pieces of a document, also those that no database names.
    ///
    /// # Errors
    /// When the store is away; then some may be left.
    pub async fn delete_all(&self, document: &str) -> Result<(), DocumentError> {
        let found: Vec<_> = self.0.list(Some(&ObjectPath::from(document))).try_collect().await?;
        for piece in found {
            self.remove(&piece.location).await?;
        }
        Ok(())
    }

    /// Deletes a piece; one that is gone already counts as deleted.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn delete(&self, document: &str, piece: &str) -> Result<(), DocumentError> {
        self.remove(&place(document, piece)).await
    }

    async fn remove(&self, place: &ObjectPath) -> Result<(), DocumentError> {
        match self.0.delete(place).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Both names are the center's own, in hexadecimal: nothing a client sends becomes a path.
fn place(document: &str, piece: &str) -> ObjectPath {
    ObjectPath::from_iter([document, piece])
}

/// Whether bytes begin as an age file sealed to recipients: the version line, at least one X25519 stanza, the header's MAC.
/// That is all a server without keys can tell; a file sealed to a passphrase has another stanza and is refused.
pub fn begins_as_age(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(AGE) else { return false };
    let header = &rest[..rest.len().min(HEADER_MAX)];
    let Some(end) = header.windows(5).position(|window| window == b"\n--- ") else { return false };
    let mut stanzas = header[..end].split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"-> "));
    let mut any = false;
    stanzas.all(|line| {
        any = true;
        // age itself puts a stanza with a random name among them, so that nobody relies on knowing all.
        !line.starts_with(b"-> scrypt ")
    }) && any
        && header[..end].windows(10).any(|window| window == b"-> X25519 ")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use age::secrecy::SecretString;

    use super::*;

    fn sealed(encryptor: age::Encryptor) -> Vec<u8> {
        let mut sealed = Vec::new();
        let mut writer = encryptor.wrap_output(&mut sealed).unwrap();
        writer.write_all(b"a photograph").unwrap();
        writer.finish().unwrap();
        sealed
    }

    #[test]
    fn only_what_is_sealed_to_recipients_is_taken() {
        let keys =
            [age::x25519::Identity::generate().to_public(), age::x25519::Identity::generate().to_public()];
        let recipients = keys.iter().map(|key| key as &dyn age::Recipient);
        let good = sealed(age::Encryptor::with_recipients(recipients).unwrap());
        assert!(begins_as_age(&good));
        for end in 0..good.len().min(200) {
            assert!(!begins_as_age(&good[..end]), "cut at {end}");
        }
        let passphrase =
            sealed(age::Encryptor::with_user_passphrase(SecretString::from("quiet lantern".to_owned())));
        assert!(!begins_as_age(&passphrase));
        for other in [
            &b""[..],
            b"%PDF-1.7\n",
            b"\x89PNG\r\n\x1a\n",
            b"age-encryption.org/v1\n",
            b"age-encryption.org/v1\n--- x",
            b"age-encryption.org/v2\n-> X25519 a\n--- b",
        ] {
            assert!(!begins_as_age(other));
        }
    }

    #[tokio::test]
    async fn a_piece_is_read_back_until_it_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let store = DocumentStore::in_folder(&folder.path().join("documents")).unwrap();
        store.put("d1", "00", Bytes::from_static(b"abc")).await.unwrap();
        assert_eq!(store.get("d1", "00").await.unwrap(), Bytes::from_static(b"abc"));
        store.delete("d1", "00").await.unwrap();
        store.delete("d1", "00").await.unwrap();
        assert!(store.get("d1", "00").await.is_err());
    }
}
