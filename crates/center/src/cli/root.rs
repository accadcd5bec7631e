//! `tessera-center root`: the key that says to whom documents are sealed. It is made and used on a machine that is not the
//! server; what goes between the two are a draft and a signed list, both text files without secrets.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use clap::Subcommand;
use ed25519_dalek::SigningKey;
use tessera_center::clock::{Clock as _, DAY, Randomness as _, SystemClock, SystemRandomness};
use tessera_center::rules::key_list;
use tessera_center::{Center, Config};
use tessera_center_api::key_list::{KeyList, RootKey, SignedKeyList};
use zeroize::Zeroizing;

use super::{Failure, Outcome, when};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// On the other machine: make the root key, sealed with a passphrase
    New {
        /// Where to keep it: an age file
        file: PathBuf,
        #[command(flatten)]
        passphrase: Passphrase,
    },
    /// On the other machine: show the public half and its fingerprint
    Show {
        /// The root key
        file: PathBuf,
        #[command(flatten)]
        passphrase: Passphrase,
    },
    /// On the server: print a draft of the next list, from the keys that reviewers registered
    Draft {
        /// An escrow key (age1…), in place of those of the list before; may be repeated
        #[arg(long)]
        escrow: Vec<String>,
        /// How long the list is good
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=730))]
        days: i64,
    },
    /// On the other machine: sign a draft, after showing what it says
    Sign {
        /// The root key
        file: PathBuf,
        /// The draft
        draft: PathBuf,
        #[command(flatten)]
        passphrase: Passphrase,
        /// Do not ask whether the list is right
        #[arg(long)]
        yes: bool,
    },
    /// On the server: publish a signed list
    Publish {
        /// The signed list
        signed: PathBuf,
    },
}

#[derive(clap::Args)]
struct Passphrase {
    /// Take the passphrase from a file rather than from the terminal
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Passphrase {
    fn ask(&self, twice: bool) -> Result<SecretString, Failure> {
        let typed = if let Some(file) = &self.passphrase_file {
            let text = Zeroizing::new(read(file)?);
            let line = text.strip_suffix('\n').unwrap_or(&text);
            Zeroizing::new(line.strip_suffix('\r').unwrap_or(line).to_owned())
        } else {
            let first = Zeroizing::new(rpassword::prompt_password("Passphrase of the root key: ")?);
            if twice && *first != *Zeroizing::new(rpassword::prompt_password("Once more: ")?) {
                return Err(Failure::new("the two passphrases differ; nothing was made"));
            }
            first
        };
        if typed.chars().count() < 8 {
            return Err(Failure::new("the passphrase is too short: take several words"));
        }
        Ok(SecretString::from(typed.as_str().to_owned()))
    }
}

/// What a person does with the root key. `open` opens the center for what runs on the server.
pub(super) async fn run(config: Config, arguments: &Arguments) -> Outcome {
    match &arguments.command {
        Command::New { file, passphrase } => new(file, passphrase),
        Command::Show { file, passphrase } => {
            show(&RootKey::of(&open_key(file, passphrase)?));
            Ok(())
        }
        Command::Draft { escrow, days } => {
            if let Some(wrong) = escrow.iter().find(|recipient| !key_list::is_recipient(recipient)) {
                return Err(Failure::usage(format!("{wrong} is no age recipient (age1…)")));
            }
            let center = super::open(config).await?;
            let draft = key_list::draft(&mut center.read().await?, &center, escrow, days * DAY).await?;
            println!("{}", serde_json::to_string_pretty(&draft)?);
            Ok(())
        }
        Command::Sign { file, draft, passphrase, yes } => sign(file, draft, passphrase, *yes),
        Command::Publish { signed } => publish(&*super::open(config).await?, signed).await,
    }
}

fn new(file: &Path, passphrase: &Passphrase) -> Outcome {
    if file.exists() {
        return Err(Failure::new(format!(
            "{} exists already; a root key is never written over",
            file.display()
        )));
    }
    let passphrase = passphrase.ask(true)?;
    let mut seed = Zeroizing::new([0; 32]);
    SystemRandomness.fill(seed.as_mut())?;
    let mut sealed = Vec::new();
    let mut writer = age::Encryptor::with_user_passphrase(passphrase).wrap_output(&mut sealed)?;
    writer.write_all(seed.as_ref())?;
    writer.finish()?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut made = tempfile::NamedTempFile::new_in(folder)?;
    made.write_all(&sealed)?;
    made.as_file().sync_all()?;
    made.persist_noclobber(file).map_err(|error| Failure::from(error.error))?;
    println!("The root key is in {}. Keep two copies, and keep them off the server.\n", file.display());
    show(&RootKey::of(&SigningKey::from_bytes(&seed)));
    Ok(())
}

fn show(root: &RootKey) {
    println!("root-key = \"{}\"", root.text());
    println!("Fingerprint: {}", root.fingerprint());
}

fn open_key(file: &Path, passphrase: &Passphrase) -> Result<SigningKey, Failure> {
    let sealed = fs::read(file)
        .map_err(|error| Failure::new(format!("{} cannot be read: {error}", file.display())))?;
    let not_one = || Failure::new(format!("{} is no root key", file.display()));
    let decryptor = age::Decryptor::new(sealed.as_slice()).map_err(|_| not_one())?;
    if !decryptor.is_scrypt() {
        return Err(not_one());
    }
    let identity = age::scrypt::Identity::new(passphrase.ask(false)?);
    let mut reader = decryptor
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .map_err(|_| Failure::new("the passphrase does not open the root key"))?;
    let mut seed = Zeroizing::new(Vec::new());
    reader.read_to_end(&mut seed).map_err(|_| not_one())?;
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(seed.as_slice().try_into().map_err(|_| not_one())?);
    Ok(SigningKey::from_bytes(&seed))
}

fn sign(file: &Path, draft: &Path, passphrase: &Passphrase, yes: bool) -> Outcome {
    let list: KeyList = serde_json::from_str(&read(draft)?)
        .map_err(|error| Failure::new(format!("{} is no draft of a list: {error}", draft.display())))?;
    eprintln!("Version {}, good until {} UTC:", list.version, when(list.expires_at));
    for key in &list.keys {
        eprintln!("  {:?}  {}  {}", key.purpose, key.holder, key.recipient);
    }
    if list.expires_at <= SystemClock.now() {
        return Err(Failure::new("the draft has expired; make a new one"));
    }
    if !yes {
        eprint!("Compare each key with what its holder's app shows. Sign this list? [y/N] ");
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        if !answer.trim().eq_ignore_ascii_case("y") {
            return Err(Failure::new("nothing was signed"));
        }
    }
    let signed = SignedKeyList::sign(&list, &open_key(file, passphrase)?)?;
    println!("{}", serde_json::to_string_pretty(&signed)?);
    Ok(())
}

async fn publish(center: &Center, signed: &Path) -> Outcome {
    let signed: SignedKeyList = serde_json::from_str(&read(signed)?)
        .map_err(|error| Failure::new(format!("{} is no signed list: {error}", signed.display())))?;
    let mut tx = center.begin().await?;
    let list = key_list::publish(&mut tx, center, None, &signed)
        .await
        .map_err(|refusal| Failure::new(refusal.problem().detail.clone()))?;
    tx.commit().await?;
    println!(
        "Version {} with {} keys is published, good until {} UTC.",
        list.version,
        list.keys.len(),
        when(list.expires_at)
    );
    Ok(())
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file)
        .map_err(|error| Failure::new(format!("{} cannot be read: {error}", file.display())))
}
