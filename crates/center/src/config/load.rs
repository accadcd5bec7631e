//! Reading the configuration: the file, then the environment over it, then the secrets that stand in files of their own.

use std::fs;
use std::path::{Path, PathBuf};

use config::{File, FileFormat};

use super::Config;

/// What the names of environment variables begin with: `TESSERA_CENTER__DATABASE__URL` sets `database.url`.
const PREFIX: &str = "TESSERA_CENTER__";

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file.
    #[error("the configuration file {0} cannot be read: {1}")]
    File(PathBuf, #[source] std::io::Error),
    /// What stands in the file or in the environment.
    #[error("the configuration cannot be meant: {0}")]
    Content(String),
    /// A file that holds a secret.
    #[error("{key}: the file {path} cannot be read: {source}")]
    Secret {
        /// The key that names it.
        key: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Config {
    /// Reads the file, if one is named, and lays the environment over it.
    ///
    /// # Errors
    /// When a file cannot be read, a key is unknown or a value is of the wrong kind. Whether the values make sense is for
    /// [`Config::faults`] to say.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, LoadError> {
        let mut source = config::Config::builder();
        if let Some(path) = file {
            let text = fs::read_to_string(path).map_err(|error| LoadError::File(path.into(), error))?;
            source = source.add_source(File::from_str(&text, FileFormat::Toml));
        }
        let content = |error: config::ConfigError| LoadError::Content(error.to_string());
        for (name, value) in environment {
            let Some(name) = name.strip_prefix(PREFIX) else { continue };
            let key = name.split("__").map(|part| part.to_lowercase().replace('_', "-")).collect::<Vec<_>>();
            let key = key.join(".");
            source = if key == "server.trusted-proxies" {
                let listed = value.split(',').map(str::trim).filter(|one| !one.is_empty());
                source.set_override(key, listed.map(str::to_owned).collect::<Vec<_>>())
            } else {
                source.set_override(key, value)
            }
            .map_err(content)?;
        }
        let mut loaded: Self = source.build().and_then(config::Config::try_deserialize).map_err(content)?;
        if let Some(path) = &loaded.database.url_file {
            let url = read_secret("database.url-file", path)?;
            if loaded.database.url.is_some() {
                return Err(LoadError::Content(
                    "database.url and database.url-file: name one of them".into(),
                ));
            }
            loaded.database.url = Some(url.to_string());
        }
        Ok(loaded)
    }
}

/// The text of a file that holds one secret, without the newline at its end.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read_secret(key: &'static str, path: &Path) -> Result<zeroize::Zeroizing<String>, LoadError> {
    let text = fs::read_to_string(path).map(zeroize::Zeroizing::new).map_err(|source| LoadError::Secret {
        key,
        path: path.into(),
        source,
    })?;
    Ok(zeroize::Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, LoadError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("center.toml");
        fs::write(&path, text).unwrap();
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::load(Some(&path), environment)
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
        let loaded = load(
            "name = 'A'\n[rules]\ncode-tries = 7\n[server]\nlisten = '127.0.0.1:1'\n",
            &[
                ("TESSERA_CENTER__RULES__CODE_TRIES", "4"),
                ("TESSERA_CENTER__SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
                ("TESSERA_CENTER__DATABASE__URL", "postgres://center@db/center"),
                ("OTHER__RULES__CODE_LIFE", "1"),
            ],
        )
        .unwrap();
        assert_eq!((loaded.name.as_str(), loaded.rules.code_tries), ("A", 4));
        assert_eq!(loaded.server.trusted_proxies, ["10.0.0.0/8", "::1"]);
        assert_eq!(loaded.server.listen, "127.0.0.1:1");
        assert_eq!(loaded.database_url(), "postgres://center@db/center");
        assert_eq!(loaded.rules.code_life, 600);
    }

    #[test]
    fn a_key_that_is_unknown_and_a_value_of_the_wrong_kind_are_named() {
        for (text, named) in [
            ("[rules]\ncode-trys = 5\n", "code-trys"),
            ("colour = 'blue'\n", "colour"),
            ("[rules]\ncode-tries = 'many'\n", "code-tries"),
            ("[log]\nformat = 'xml'\n", "xml"),
            ("[rules\n", "rules"),
        ] {
            let said = load(text, &[]).unwrap_err().to_string();
            assert!(said.contains(named), "{said}");
        }
        assert!(load("", &[("TESSERA_CENTER__RULES__NONE", "1")]).is_err());
    }

    #[test]
    fn the_database_s_address_may_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("url");
        fs::write(&secret, "postgres://center:secret@db/center\n").unwrap();
        let named = format!("[database]\nurl-file = '{}'\n", secret.display());
        assert_eq!(load(&named, &[]).unwrap().database_url(), "postgres://center:secret@db/center");
        assert!(load(&format!("{named}url = 'sqlite:x'\n"), &[]).is_err());
        assert!(
            load("[database]\nurl-file = 'none-here'\n", &[]).unwrap_err().to_string().contains("none-here")
        );
    }
}
