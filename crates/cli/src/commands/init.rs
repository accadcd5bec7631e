//! `tessera init`: a new vault.

use std::path::Path;

use serde::Serialize;
use tessera_vault::{KdfParams, Vault};

use super::Context;
use crate::failure::{Code, Failure};
use crate::password::{self, KdfArgs};
use crate::text::safe;
use crate::{open, recovery};

/// What its password costs to try.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    kdf: KdfArgs,
}

/// Key derivation, in JSON.
#[derive(Debug, Serialize)]
pub(super) struct Kdf {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl From<KdfParams> for Kdf {
    fn from(params: KdfParams) -> Self {
        Kdf { memory_kib: params.m_kib(), passes: params.t(), lanes: params.p() }
    }
}

#[derive(Serialize)]
struct Made<'a> {
    vault: String,
    vault_id: String,
    recovery_code: &'a str,
    kdf: Kdf,
}

/// Makes the vault; never over another file.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let path = open::path(context)?;
    // Said before a password is typed for nothing; `create` itself never overwrites either.
    if path.symlink_metadata().is_ok() {
        return Err(open::create_failure(&path, tessera_vault::CreateError::Exists));
    }
    if open::default_path().is_ok_and(|default| default == path) {
        make_private_folder(&path)?;
    }
    let file = context.global.password_file.as_deref();
    let password = password::new(context, file, "Password for the new vault: ")?;
    let kdf = args.kdf.params()?;
    let (vault, code) = Vault::create(&path, &password, kdf, open::host())
        .map_err(|error| open::create_failure(&path, error))?;
    let shown = path.display().to_string();
    if context.out.is_json() {
        let text = code.to_text();
        return context.out.value(&Made {
            vault: shown,
            vault_id: vault.id().to_string(),
            recovery_code: text.as_str(),
            kdf: kdf.into(),
        });
    }
    // The vault is finished; it need not stay open while a person copies the code.
    drop(vault);
    context.out.line(&format!("Made the vault {}", safe(&shown)))?;
    recovery::show(context, &code)
}

/// Our folder within the data folder, for this user alone.
fn make_private_folder(path: &Path) -> Result<(), Failure> {
    let Some(folder) = path.parent() else { return Ok(()) };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| {
        let shown = safe(&folder.display().to_string());
        Failure::new(Code::Failed, format!("The folder {shown} could not be made.")).caused_by(&error)
    })
}
