//! From a file to what a backup holds.

use std::path::Path;

use tessera_transfer::backup::{self, Backup, BackupIdentity, OpenError, OpenWith, Origin};
use tessera_transfer::{Password, Problem};
use tessera_vault::{DrillProof, Vault};
use zeroize::Zeroizing;

use super::KeyArgs;
use crate::commands::Context;
use crate::failure::{Code, Failure};
use crate::text::safe;
use crate::transfer::{password_from_file, read};

/// How often a person may type the passphrase.
const TRIES: u32 = 3;

/// An opened backup.
pub(super) struct Opened {
    pub(super) backup: Backup,
    pub(super) problems: Vec<Problem>,
    pub(super) origin: Origin,
    /// What opened it.
    pub(super) proof: DrillProof,
}

/// Opens a backup with what was given, the vault's own key, or a passphrase that is asked for.
pub(super) fn open(
    path: &Path,
    keys: &KeyArgs,
    vault: Option<&Vault>,
    context: &Context,
) -> Result<Opened, Failure> {
    let sealed = read(path)?;
    let (document, proof) = decrypt(&sealed, path, keys, vault, context)?;
    let (backup, problems) =
        Backup::parse(&document).map_err(|reason| failure(path, Code::BadInput, &reason.to_string()))?;
    let origin = vault.map_or(Origin::Foreign, |vault| Backup::origin(&document, vault.backup_mac_key()));
    Ok(Opened { backup, problems, origin, proof })
}

fn decrypt(
    sealed: &[u8],
    path: &Path,
    keys: &KeyArgs,
    vault: Option<&Vault>,
    context: &Context,
) -> Result<(Zeroizing<Vec<u8>>, DrillProof), Failure> {
    let refused = |error: OpenError| open_failure(path, error);
    if let Some(file) = &keys.backup_password_file {
        let opened = backup::open(sealed, OpenWith::Passphrase(&password_from_file(file)?));
        return opened.map(|document| (document, DrillProof::Passphrase)).map_err(refused);
    }
    let identities = match &keys.identity_file {
        Some(file) => {
            let bytes = read(file)?;
            let text = std::str::from_utf8(&bytes).ok().and_then(BackupIdentity::parse_file);
            text.ok_or_else(|| failure(file, Code::BadInput, "There is no secret key of age in it."))?
        }
        None => vault.and_then(Vault::backup_identity).and_then(BackupIdentity::parse).into_iter().collect(),
    };
    match backup::open(sealed, OpenWith::Identities(&identities)) {
        Err(OpenError::NeedsPassphrase) => {}
        done => {
            let proof = if keys.identity_file.is_some() { DrillProof::KeyFile } else { DrillProof::OwnKey };
            return done.map(|document| (document, proof)).map_err(refused);
        }
    }
    let tries = if context.input.has_person() { TRIES } else { 1 };
    let mut last = OpenError::WrongPassphrase;
    for _ in 0..tries {
        let shown = safe(&path.display().to_string());
        let typed = context.input.secret(&format!("Passphrase of {shown}: "))?;
        match backup::open(sealed, OpenWith::Passphrase(&Password::new(typed.as_str()))) {
            Err(OpenError::WrongPassphrase) if tries > 1 => context.out.say("The passphrase is wrong."),
            Err(error) => last = error,
            opened => {
                return opened.map(|document| (document, DrillProof::Passphrase)).map_err(refused);
            }
        }
    }
    Err(refused(last))
}

fn open_failure(path: &Path, error: OpenError) -> Failure {
    let code = match error {
        OpenError::WrongPassphrase | OpenError::OtherKeys => Code::WrongPassword,
        OpenError::TooCostly => Code::KdfBeyondCap,
        OpenError::Damaged => Code::Damaged,
        _ => Code::BadInput,
    };
    failure(path, code, &format!("It was not opened: {error}."))
}

fn failure(path: &Path, code: Code, message: &str) -> Failure {
    Failure::new(code, format!("{}: {message}", safe(&path.display().to_string())))
}
