//! Passwords: judged by strength and by what has leaked, kept as Argon2id.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use data_encoding::HEXUPPER;
use sha1::{Digest as _, Sha1};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::clock::Randomness;
use crate::config::Passwords;

/// The longest password that is taken, in bytes: hashing must not become a way to keep the server busy.
pub const PASSWORD_MAX: usize = 1024;

/// Logins in work at once, for each that can be hashed at once: as many as are kept busy before and after the hash.
const LINE: usize = 4;

/// A password as it is hashed: composed (NFC), so that the same keys on another keyboard give the same bytes.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes what a person typed. Of over-long ones a little more is kept than the limit, which no stored password has.
    pub fn new(text: &str) -> Self {
        // Made as large as it can become, so that no copy of its beginning stays behind.
        let mut composed = Zeroizing::new(String::with_capacity(PASSWORD_MAX + 4));
        for letter in text.nfc() {
            composed.push(letter);
            if composed.len() > PASSWORD_MAX {
                break;
            }
        }
        Self(composed)
    }
}

/// Why a password was not computed with.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// The configuration's cost cannot be meant.
    #[error("Argon2id does not take these parameters: {0}")]
    Parameters(String),
    /// No memory, or no thread to run on.
    #[error("a password could not be hashed: {0}")]
    Failed(String),
    /// The list of leaked passwords.
    #[error("the list of leaked passwords cannot be read: {0}")]
    LeakedList(#[from] io::Error),
}

/// Why a new password is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weakness {
    /// Longer than [`PASSWORD_MAX`].
    TooLong,
    /// Guessed too soon; how to better it, in English.
    Guessable(String),
    /// It is in the list of leaked ones.
    Leaked,
}

/// Hashes passwords, no more at once than the machine has cores, so that a flood of logins waits instead of starving all else.
pub struct Hasher {
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
    line: Arc<Semaphore>,
    strength: u8,
    leaked: Option<std::path::PathBuf>,
    /// The hash of a password that nobody knows, to spend the same time on accounts that do not exist.
    decoy: String,
    runs: prometheus_client::metrics::counter::Counter,
}

impl Hasher {
    /// Prepares it, with a decoy of the same cost.
    ///
    /// # Errors
    /// When the parameters cannot be meant or the list cannot be opened.
    pub fn new(configured: &Passwords, random: &dyn Randomness) -> Result<Self, HashError> {
        let params = Params::new(configured.memory_kib, configured.passes, 1, Some(32))
            .map_err(|error| HashError::Parameters(error.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let runs = match configured.parallel_runs {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            runs => runs,
        };
        if let Some(list) = &configured.leaked_list {
            File::open(list)?;
        }
        let mut unknown = Zeroizing::new([0; 32]);
        random.fill(unknown.as_mut()).map_err(|error| HashError::Failed(error.to_string()))?;
        let decoy = hash(&argon2, unknown.as_ref(), random)?;
        Ok(Self {
            argon2,
            turns: Arc::new(Semaphore::new(runs)),
            line: Arc::new(Semaphore::new(runs.saturating_mul(LINE))),
            strength: configured.strength,
            leaked: configured.leaked_list.clone(),
            decoy,
            runs: prometheus_client::metrics::counter::Counter::default(),
        })
    }

    /// Counts its Argon2id runs there.
    #[must_use]
    pub(crate) fn counted_by(mut self, runs: prometheus_client::metrics::counter::Counter) -> Self {
        self.runs = runs;
        self
    }

    /// Hashes a password into a PHC string.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub async fn hash(&self, password: Password, random: &Arc<dyn Randomness>) -> Result<String, HashError> {
        let (argon2, random) = (self.argon2.clone(), Arc::clone(random));
        self.runs.inc();
        self.run(move || hash(&argon2, password.0.as_bytes(), &*random)).await?
    }

    /// Whether the password is the one of this hash. Without a hash the same time is spent and the answer is no.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub async fn verify(&self, password: Password, stored: Option<String>) -> Result<bool, HashError> {
        let (argon2, known) = (self.argon2.clone(), stored.is_some());
        self.runs.inc();
        let stored = stored.unwrap_or_else(|| self.decoy.clone());
        let same = self
            .run(move || match PasswordHash::new(&stored) {
                Ok(hash) => argon2.verify_password(password.0.as_bytes(), &hash).is_ok(),
                Err(_) => false,
            })
            .await?;
        Ok(same && known)
    }

    /// How often Argon2id ran since the start.
    pub fn runs(&self) -> u64 {
        self.runs.get()
    }

    /// Waits for a place among the logins in work. Who has one is served soon, so that it can be counted and finished whatever
    /// becomes of its request; the crowd waits before it, uncounted.
    ///
    /// # Errors
    /// When the server is closing.
    pub async fn stand_in_line(&self) -> Result<OwnedSemaphorePermit, HashError> {
        let line = Arc::clone(&self.line);
        line.acquire_owned().await.map_err(|error| HashError::Failed(error.to_string()))
    }

    /// Whether a hash was made with other parameters than these; then it is made anew at the next login.
    pub fn is_outdated(&self, stored: &str) -> bool {
        let wanted = self.argon2.params();
        PasswordHash::new(stored).ok().and_then(|hash| Params::try_from(&hash).ok()).is_none_or(|found| {
            (found.m_cost(), found.t_cost(), found.p_cost())
                != (wanted.m_cost(), wanted.t_cost(), wanted.p_cost())
        })
    }

    /// Judges a new password: by what it takes to guess it, knowing the account's own words, and by the leaked ones.
    ///
    /// # Errors
    /// When the list of leaked ones cannot be read.
    pub async fn judge(
        &self,
        password: &str,
        own_words: Vec<String>,
    ) -> Result<Result<(), Weakness>, HashError> {
        // As it will be hashed: composing can also lengthen it.
        let Password(password) = Password::new(password);
        if password.len() > PASSWORD_MAX {
            return Ok(Err(Weakness::TooLong));
        }
        let (strength, leaked) = (self.strength, self.leaked.clone());
        self.run(move || {
            // What it takes to guess the first 100 letters says enough; the estimate's time grows fast with length.
            let head: Zeroizing<String> = Zeroizing::new(password.chars().take(100).collect());
            let words: Vec<&str> = own_words.iter().map(String::as_str).collect();
            let estimate = zxcvbn::zxcvbn(&head, &words);
            if u8::from(estimate.score()) < strength {
                let advice = estimate
                    .feedback()
                    .and_then(|feedback| feedback.suggestions().first().map(ToString::to_string));
                return Ok(Err(Weakness::Guessable(
                    advice.unwrap_or_else(|| "Add another word or two.".into()),
                )));
            }
            Ok(match leaked {
                Some(list) if is_leaked(&list, password.as_bytes())? => Err(Weakness::Leaked),
                _ => Ok(()),
            })
        })
        .await?
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let _turn = self.turns.acquire().await.map_err(|error| HashError::Failed(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| HashError::Failed(error.to_string()))
    }
}

fn hash(argon2: &Argon2<'_>, password: &[u8], random: &dyn Randomness) -> Result<String, HashError> {
    let mut salt = [0; 16];
    random.fill(&mut salt).map_err(|error| HashError::Failed(error.to_string()))?;
    Ok(argon2
        .hash_password_with_salt(password, &salt)
        .map_err(|error| HashError::Failed(error.to_string()))?
        .to_string())
}

/// A line of the list is shorter: 40 digits, a colon and a count.
const LINE_MAX: u64 = 64;

/// Searches a sorted file of SHA-1 lines by halving; it is never read whole.
fn is_leaked(list: &Path, password: &[u8]) -> io::Result<bool> {
    let wanted = HEXUPPER.encode(&Sha1::digest(password));
    let mut file = File::open(list)?;
    let (mut low, mut high) = (0, file.seek(SeekFrom::End(0))?);
    // The line wanted, if there is one, begins in low..high.
    while low < high {
        let middle = low + (high - low) / 2;
        let (start, line) = line_from(&mut file, middle, low)?;
        match line.get(..40).unwrap_or(&line).cmp(&wanted) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Less => low = (start + line.len() as u64 + 1).max(middle + 1),
            std::cmp::Ordering::Greater => high = start.min(middle),
        }
    }
    Ok(false)
}

/// The line that `place` lies in: where it begins, not before `low`, and its text.
fn line_from(file: &mut File, place: u64, low: u64) -> io::Result<(u64, String)> {
    let from = place.saturating_sub(LINE_MAX).max(low);
    file.seek(SeekFrom::Start(from))?;
    let mut around = Vec::new();
    file.take(2 * LINE_MAX + 2).read_to_end(&mut around)?;
    let at = usize::try_from(place - from).unwrap_or(0).min(around.len());
    let start = around[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |before| before + 1);
    let end =
        around[start..].iter().position(|&byte| byte == b'\n').map_or(around.len(), |length| start + length);
    Ok((
        from + start as u64,
        String::from_utf8_lossy(&around[start..end]).trim_end_matches('\r').to_ascii_uppercase(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandomness;

    fn hasher(leaked_list: Option<std::path::PathBuf>) -> Hasher {
        Hasher::new(
            &Passwords { memory_kib: 64, passes: 1, leaked_list, ..Passwords::default() },
            &SystemRandomness,
        )
        .unwrap()
    }

    fn random() -> Arc<dyn Randomness> {
        Arc::new(SystemRandomness)
    }

    #[tokio::test]
    async fn a_password_verifies_however_its_letters_are_composed() {
        let hasher = hasher(None);
        let stored = hasher.hash(Password::new("Zoe\u{308} likes rain"), &random()).await.unwrap();
        assert!(hasher.verify(Password::new("Zo\u{eb} likes rain"), Some(stored.clone())).await.unwrap());
        assert!(!hasher.verify(Password::new("Zoe likes rain"), Some(stored.clone())).await.unwrap());
        assert!(!hasher.verify(Password::new(""), None).await.unwrap());
        assert!(!hasher.is_outdated(&stored));
        assert!(Hasher::new(&Passwords::default(), &SystemRandomness).unwrap().is_outdated(&stored));
    }

    #[tokio::test]
    async fn a_password_longer_than_the_limit_never_verifies_as_its_beginning() {
        let hasher = hasher(None);
        let longest = "ä".repeat(PASSWORD_MAX / 2);
        let stored = hasher.hash(Password::new(&longest), &random()).await.unwrap();
        assert!(hasher.verify(Password::new(&longest), Some(stored.clone())).await.unwrap());
        for more in ["x", "ä", "🦀", "ääää"] {
            let longer = Password::new(&format!("{longest}{more}"));
            assert!(!hasher.verify(longer, Some(stored.clone())).await.unwrap(), "{more}");
        }
        // U+0958 is composed into two letters, which are twice as long.
        assert_eq!(hasher.judge(&"\u{958}".repeat(200), vec![]).await.unwrap(), Err(Weakness::TooLong));
    }

    #[tokio::test]
    async fn weak_passwords_are_refused_with_advice_and_composition_counts_nothing() {
        let hasher = hasher(None);
        for weak in ["", "password", "P@ssw0rd1!", "alice1984", "aaaaaaaaaaaaaaaa"] {
            let judged = hasher.judge(weak, vec!["alice".into()]).await.unwrap();
            assert!(matches!(judged, Err(Weakness::Guessable(advice)) if !advice.is_empty()), "{weak}");
        }
        assert_eq!(hasher.judge("quiet lantern under the bridge", vec![]).await.unwrap(), Ok(()));
        assert_eq!(
            hasher.judge(&"quiet lantern ".repeat(100), vec![]).await.unwrap(),
            Err(Weakness::TooLong)
        );
    }

    #[tokio::test]
    async fn every_line_of_the_leaked_list_is_found_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("leaked.txt");
        let words: Vec<String> =
            (0..500).map(|number| format!("quiet lantern under bridge {number}")).collect();
        let mut lines: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(place, word)| format!("{}:{place}", HEXUPPER.encode(&Sha1::digest(word))))
            .collect();
        lines.sort();
        for text in [lines.join("\n"), lines.join("\r\n") + "\r\n"] {
            std::fs::write(&list, text).unwrap();
            for word in &words {
                assert!(is_leaked(&list, word.as_bytes()).unwrap(), "{word}");
            }
            for number in 500..1500 {
                assert!(
                    !is_leaked(&list, format!("quiet lantern under bridge {number}").as_bytes()).unwrap()
                );
            }
        }
        let judged = hasher(Some(list.clone())).judge(&words[7], vec![]).await.unwrap();
        assert_eq!(judged, Err(Weakness::Leaked));
        std::fs::write(&list, "").unwrap();
        assert!(!is_leaked(&list, b"x").unwrap());
    }
}
