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
/// So many vaults are remembered.
const VAULTS_MOST: usize = 12;

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
    /// The folder that all of it lies in when the program is carried about. Its place may be another one tomorrow.
    pub(crate) portable: Option<PathBuf>,
}

impl Places {
    /// The folder beside the program if it is portable; else the system's folders, or the current folder on a system that has
    /// none.
    pub(crate) fn of_system() -> Self {
        let forced = env::var_os(VAULT_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        match portable_folder() {
            Some(folder) => Self::portable(folder, forced),
            None => Self::installed(forced),
        }
    }

    fn installed(forced: Option<PathBuf>) -> Self {
        let bases = directories::BaseDirs::new();
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
            portable: None,
        }
    }

    /// Everything in one folder.
    pub(crate) fn portable(folder: PathBuf, forced: Option<PathBuf>) -> Self {
        Self {
            vault_forced: forced.is_some(),
            vault: forced.unwrap_or_else(|| folder.join(VAULT_FILE)),
            config: folder.join(CONFIG_FILE),
            trial: folder.join("trial-center"),
            state: Some(folder.join("state")),
            portable: Some(folder),
        }
    }
}

/// The folder beside this program that makes it portable, if there is one.
pub(crate) fn portable_folder() -> Option<PathBuf> {
    tessera_vault::portable_folder(&env::current_exe().ok()?)
}

/// The file's content. A field that is missing or unknown is no error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Config {
    appearance: Appearance,
    zoom: f64,
    vault: Option<PathBuf>,
    /// The vaults that were used here, the newest first.
    vaults: Vec<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self { appearance: Appearance::System, zoom: 1.0, vault: None, vaults: Vec::new() }
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
        let mut config = sane(config);
        if let Some(folder) = &places.portable {
            config.vault = config.vault.map(|path| folder.join(path));
            config.vaults.iter_mut().for_each(|path| *path = folder.join(&*path));
        }
        Self { places, config, reset }
    }

    /// Whether everything lies beside the program.
    pub(crate) fn is_portable(&self) -> bool {
        self.places.portable.is_some()
    }

    /// Whether the environment names the vault, so that no other one is chosen.
    pub(crate) fn vault_is_named(&self) -> bool {
        self.places.vault_forced
    }

    /// The vaults that were used here, the one in use first.
    pub(crate) fn vaults(&self) -> Vec<PathBuf> {
        let mut vaults = vec![self.vault_path().to_owned()];
        for path in &self.config.vaults {
            if !vaults.contains(path) {
                vaults.push(path.clone());
            }
        }
        vaults
    }

    /// Takes a vault off that list. The file stays.
    pub(crate) fn forget_vault(&mut self, path: &Path) -> Result<(), Failure> {
        let mut config = self.config.clone();
        config.vaults.retain(|other| other != path);
        self.change(config)
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

    /// Refuses where the environment names the vault.
    pub(crate) fn may_choose_vault(&self) -> Result<(), Failure> {
        if self.places.vault_forced {
            let message = format!("The environment variable {VAULT_VARIABLE} names the vault of this run.");
            return Err(Failure::new(ErrorCode::VaultNamed, message));
        }
        Ok(())
    }

    /// Remembers another place for the vault.
    pub(crate) fn set_vault_path(&mut self, path: PathBuf) -> Result<(), Failure> {
        self.may_choose_vault()?;
        let mut vaults = self.vaults();
        vaults.retain(|other| *other != path);
        vaults.insert(0, path.clone());
        vaults.truncate(VAULTS_MOST);
        self.change(Config { vault: Some(path), vaults, ..self.config.clone() })
    }

    /// As it is written: within a folder that is carried about, paths begin there.
    fn stored(&self) -> Config {
        let mut config = self.config.clone();
        if let Some(folder) = &self.places.portable {
            let within =
                |path: PathBuf| path.strip_prefix(folder).map_or_else(|_| path.clone(), Path::to_owned);
            config.vault = config.vault.map(within);
            config.vaults = config.vaults.into_iter().map(within).collect();
        }
        config
    }

    /// In force at once, also when it cannot be written.
    fn change(&mut self, config: Config) -> Result<(), Failure> {
        self.config = sane(config);
        write(&self.places.config, &self.stored())
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
            portable: None,
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
        assert!(store.vault_is_named());
        assert_eq!(store.set_vault_path("/third".into()).unwrap_err().code, ErrorCode::VaultNamed);
    }

    #[test]
    fn vaults_that_were_used_are_remembered_the_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path());
        let mut store = ConfigStore::load(places.clone());
        assert_eq!(store.vaults(), std::slice::from_ref(&places.vault));
        store.set_vault_path("/a".into()).unwrap();
        store.set_vault_path("/b".into()).unwrap();
        store.set_vault_path("/a".into()).unwrap();
        let mut store = ConfigStore::load(places.clone());
        assert_eq!(store.vaults(), [PathBuf::from("/a"), "/b".into(), places.vault.clone()]);
        store.forget_vault(Path::new("/b")).unwrap();
        assert_eq!(ConfigStore::load(places.clone()).vaults(), [PathBuf::from("/a"), places.vault]);
    }

    #[test]
    fn what_is_carried_about_is_found_at_another_place_again() {
        let stick = tempfile::tempdir().unwrap();
        let here = stick.path().join("here");
        fs::create_dir(&here).unwrap();
        let mut store = ConfigStore::load(Places::portable(here.clone(), None));
        assert_eq!(store.vault_path(), here.join("vault.tessera"));
        store.set_vault_path(here.join("second.tessera")).unwrap();
        assert!(
            fs::read_to_string(here.join("desktop.json")).unwrap().contains("\"vault\": \"second.tessera\"")
        );
        let there = stick.path().join("there");
        fs::rename(&here, &there).unwrap();
        let store = ConfigStore::load(Places::portable(there.clone(), None));
        assert_eq!(store.vault_path(), there.join("second.tessera"));
        assert_eq!(store.vaults(), [there.join("second.tessera"), there.join("vault.tessera")]);
        assert_eq!(store.state_dir(), Some(there.join("state")));
    }
}
