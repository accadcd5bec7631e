//! `tessera edit`: change an entry's names, labels and parameters. Its secret and type stay: another secret is another entry.

use tessera_otp::{Algorithm, Digits, Entry, Generator, Period};
use tessera_vault::VaultError;

use super::add::{digits, period, read_pin, set_pin};
use super::{Context, Row};
use crate::failure::{Code, Failure};
use crate::text::name;
use crate::{clock, open, query};

/// What to change.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(true).args([
    "issuer", "account", "group", "tag", "untag", "note", "favorite", "no_favorite",
    "algorithm", "digits", "period", "counter", "pin", "ask_pin", "no_pin",
]))]
pub(crate) struct Args {
    /// The entry
    query: String,
    /// The service
    #[arg(long)]
    issuer: Option<String>,
    /// The account name
    #[arg(long)]
    account: Option<String>,
    /// The group; "" takes it out of its group
    #[arg(long)]
    group: Option<String>,
    /// Add a tag; may be repeated
    #[arg(long)]
    tag: Vec<String>,
    /// Take a tag away; may be repeated
    #[arg(long)]
    untag: Vec<String>,
    /// The note; "" removes it
    #[arg(long)]
    note: Option<String>,
    /// Make it a favorite
    #[arg(long, conflicts_with = "no_favorite")]
    favorite: bool,
    /// Make it no favorite
    #[arg(long)]
    no_favorite: bool,
    /// SHA1, SHA256 or SHA512 (totp, hotp)
    #[arg(long)]
    algorithm: Option<Algorithm>,
    /// Digits of a code, 4 to 10 (totp, hotp)
    #[arg(long, value_parser = digits)]
    digits: Option<Digits>,
    /// Seconds that a code lives, 1 to 86400 (totp)
    #[arg(long, value_parser = period)]
    period: Option<Period>,
    /// The next counter (hotp)
    #[arg(long)]
    counter: Option<u64>,
    /// The PIN to keep with the entry (motp, yandex). It stays in the shell's history: --ask-pin is better
    #[arg(long, conflicts_with_all = ["ask_pin", "no_pin"])]
    pin: Option<String>,
    /// Ask for the PIN to keep with the entry (motp, yandex)
    #[arg(long, conflicts_with = "no_pin")]
    ask_pin: bool,
    /// Keep no PIN with the entry: it is asked for with each code
    #[arg(long)]
    no_pin: bool,
}

/// Changes the entry in one transaction and prints it.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    let id = query::one(vault.entries(), &args.query)?;
    let gone = || open::vault_failure(VaultError::NotFound);
    let mut entry = vault.entry(id).ok_or_else(gone)?.entry.clone();
    args.rename(&mut entry);
    args.regenerate(&mut entry.credential.generator)?;
    if let Some(pin) = read_pin(args.pin.as_deref(), args.ask_pin, context)? {
        set_pin(&mut entry.credential.generator, pin)?;
    }
    entry.modified = clock::unix_now();
    let entry = entry.tidied();
    entry.check().map_err(|error| Failure::from_error(Code::BadInput, &error))?;
    vault.update(id, entry).map_err(open::vault_failure)?;
    let row = Row::of(vault.entry(id).ok_or_else(gone)?);
    if context.out.is_json() {
        context.out.value(&row)
    } else {
        context.out.line(&format!("Changed {}.", name(&row.issuer, &row.account)))
    }
}

impl Args {
    fn rename(&self, entry: &mut Entry) {
        if let Some(issuer) = &self.issuer {
            entry.credential.issuer.clone_from(issuer);
        }
        if let Some(account) = &self.account {
            entry.credential.account.clone_from(account);
        }
        if let Some(group) = &self.group {
            entry.group = Some(group.clone());
        }
        entry.tags.retain(|tag| !self.untag.contains(tag));
        entry.tags.extend(self.tag.iter().cloned());
        if let Some(note) = &self.note {
            entry.note.clone_from(note);
        }
        if self.favorite || self.no_favorite {
            entry.favorite = self.favorite;
        }
    }

    fn regenerate(&self, generator: &mut Generator) -> Result<(), Failure> {
        let kind = generator.kind();
        let refuse = |option: &str| Failure::new(Code::Usage, format!("{kind} entries take no {option}."));
        if let Some(new) = self.algorithm {
            match generator {
                Generator::Totp { algorithm, .. } | Generator::Hotp { algorithm, .. } => *algorithm = new,
                _ => return Err(refuse("--algorithm")),
            }
        }
        if let Some(new) = self.digits {
            match generator {
                Generator::Totp { digits, .. } | Generator::Hotp { digits, .. } => *digits = new,
                _ => return Err(refuse("--digits")),
            }
        }
        if let Some(new) = self.period {
            let Generator::Totp { period, .. } = generator else { return Err(refuse("--period")) };
            *period = new;
        }
        if let Some(new) = self.counter {
            let Generator::Hotp { counter, .. } = generator else { return Err(refuse("--counter")) };
            *counter = new;
        }
        if self.no_pin {
            match generator {
                Generator::Motp { pin } | Generator::Yandex { pin } => *pin = None,
                _ => return Err(refuse("--no-pin")),
            }
        }
        Ok(())
    }
}
