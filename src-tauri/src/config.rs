//! What the app remembers outside the vault: appearance, zoom, and where the vault lies. Nothing private.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::dto::{Appearance, ErrorCode, Failure, Preferences};

/// Names the vault file instead of the remembered or usual place; the command line reads the same variable.
pub(crate) const VAULT_VARIABLE: &str = "TESSERA_VAULT";
/// The app's folder in the system's folders for data, configuration and state.
const FOLDER: &str = "tessera";
/// The vault's usual name in the data folder; the same as the command line's.
const VAULT_FILE: &str = "vault.tessera";
const CONFIG_FILE: &str = "desktop.json";
/// Far more than the file ever holds.
const CONFIG_MAX: u64 = 64 * 1024;

/// The folders that the app uses.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// Where the vault lies when nothing else was chosen.
    pub(crate) vault: PathBuf,
    /// Set by the environment: what was chosen does not count.
    pub(crate) vault_forced: bool,
    /// The file of this module.
    pub(crate) config: PathBuf,
    /// The data of the trial center.
    pub(crate) trial: PathBuf,
    /// What this device remembers of vaults (`docs/vault-format.md` §9).
    pub(crate) state: Option<PathBuf>,
}

impl Places {
    /// The system's folders, or the current folder on a system that has none.
    pub(crate) fn of_system() -> Self {
        let bases = directories::BaseDirs::new();
        let forced = env::var_os(VAULT_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let data = bases.as_ref().map_or_else(PathBuf::new, |bases| bases.data_dir().to_owned());
        let config = bases.as_ref().map_or_else(PathBuf::new, |bases| bases.config_dir().to_owned());
        let state = bases
            .as_ref()
            .map(|bases| bases.state_dir().unwrap_or_else(|| bases.data_local_dir()).join(FOLDER));
        Self {
            vault_forced: forced.is_some(),
            trial: data.join(FOLDER).join("trial-center"),
            vault: forced.unwrap_or_else(|| data.join(FOLDER).join(VAULT_FILE)),
            config: config.join(FOLDER).join(CONFIG_FILE),
            state,
        }
    }
}

/// The file's content. A field that is missing or unknown is no error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Config {
    appearance: Appearance,
    zoom: f64,
    vault: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self { appearance: Appearance::System, zoom: 1.0, vault: None }
    }
}

/// The configuration and its file.
#[derive(Debug)]
pub(crate) struct ConfigStore {
    places: Places,
    config: Config,
    reset: bool,
}

impl ConfigStore {
    /// Reads the file. One that cannot be read gives the defaults, and `was_reset` says so.
    pub(crate) fn load(places: Places) -> Self {
        let (config, reset) = match read(&places.config) {
            Ok(config) => (config, false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Config::default(), false),
            Err(_) => (Config::default(), true),
        };
        Self { places, config: sane(config), reset }
    }

    /// Whether the file was there and could not be read.
    pub(crate) fn was_reset(&self) -> bool {
        self.reset
    }

    /// Where the vault lies.
    pub(crate) fn vault_path(&self) -> &Path {
        match &self.config.vault {
            Some(path) if !self.places.vault_forced => path,
            _ => &self.places.vault,
        }
    }

    /// Where the trial center's data lies.
    pub(crate) fn trial_folder(&self) -> &Path {
        &self.places.trial
    }

    /// Where this device remembers what it saw of vaults.
    pub(crate) fn state_dir(&self) -> Option<PathBuf> {
        self.places.state.clone()
    }

    /// What the page needs before a vault is open.
    pub(crate) fn preferences(&self) -> Preferences {
        Preferences { appearance: self.config.appearance, zoom: self.config.zoom }
    }

    /// Remembers preferences.
    pub(crate) fn set_preferences(&mut self, preferences: Preferences) -> Result<(), Failure> {
        let Preferences { appearance, zoom } = preferences;
        self.change(Config { appearance, zoom, ..self.config.clone() })
    }

    /// Remembers another place for the vault.
    pub(crate) fn set_vault_path(&mut self, path: PathBuf) -> Result<(), Failure> {
        if self.places.vault_forced {
            return Err(Failure::new(
                ErrorCode::InvalidRequest,
                format!(
                    "The vault is named by the environment variable {VAULT_VARIABLE}; it cannot be changed here."
                ),
            ));
        }
        self.change(Config { vault: Some(path), ..self.config.clone() })
    }

    /// In force at once, also when it cannot be written.
    fn change(&mut self, config: Config) -> Result<(), Failure> {
        self.config = sane(config);
        write(&self.places.config, &self.config)
            .map_err(|error| Failure::with(ErrorCode::Io, "The app's settings could not be written.", error))
    }
}

/// Values that the window can live with, whatever the file says.
fn sane(mut config: Config) -> Config {
    config.zoom = if config.zoom.is_finite() { config.zoom.clamp(0.5, 3.0) } else { 1.0 };
    config
}

fn read(path: &Path) -> io::Result<Config> {
    if fs::metadata(path)?.len() > CONFIG_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    serde_json::from_slice(&fs::read(path)?).map_err(Into::into)
}

/// Written beside and renamed over, so that a crash leaves the old or the new file.
fn write(path: &Path, config: &Config) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, config)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(folder: &Path) -> Places {
        Places {
            vault: folder.join("vault.tessera"),
            vault_forced: false,
            config: folder.join("a/b/desktop.json"),
            trial: folder.join("trial-center"),
            state: None,
        }
    }

    #[test]
    fn what_was_set_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = ConfigStore::load(places(folder.path()));
        assert!(!store.was_reset());
        let dark = Preferences { appearance: Appearance::Dark, zoom: 1.25 };
        store.set_preferences(dark).unwrap();
        store.set_vault_path("/elsewhere/x.tessera".into()).unwrap();
        let again = ConfigStore::load(places(folder.path()));
        assert_eq!(again.preferences(), dark);
        assert_eq!(again.vault_path(), Path::new("/elsewhere/x.tessera"));
    }

    #[test]
    fn a_bad_file_gives_the_defaults_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path());
        fs::create_dir_all(places.config.parent().unwrap()).unwrap();
        for bad in ["", "{", "7", "{\"zoom\": \"big\"}"] {
            fs::write(&places.config, bad).unwrap();
            let store = ConfigStore::load(places.clone());
            assert!(store.was_reset(), "{bad}");
            assert_eq!(store.preferences().appearance, Appearance::System);
        }
    }

    #[test]
    fn values_out_of_range_are_brought_into_it() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path());
        fs::create_dir_all(places.config.parent().unwrap()).unwrap();
        fs::write(&places.config, "{\"zoom\": 99, \"new\": 1}").unwrap();
        let store = ConfigStore::load(places);
        assert!(!store.was_reset());
        assert!((store.preferences().zoom - 3.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_environment_names_the_vault_over_what_was_chosen() {
        let folder = tempfile::tempdir().unwrap();
        let mut forced = places(folder.path());
        ConfigStore::load(forced.clone()).set_vault_path("/elsewhere".into()).unwrap();
        forced.vault_forced = true;
        let mut store = ConfigStore::load(forced.clone());
        assert_eq!(store.vault_path(), forced.vault);
        assert!(store.set_vault_path("/third".into()).is_err());
    }
}
