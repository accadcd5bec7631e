//! `tessera-center backup` and `restore`

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use tessera_center::{Center, backup};

use super::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The backup file
    file: PathBuf,
}

pub(super) async fn write(center: &Center, arguments: &Arguments) -> Outcome {
    let path = &arguments.file;
    if path.exists() {
        return Err(Failure::new(format!("{} is there already: name another file", path.display())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Private to its owner, and under its name only when it is whole.
    let made = tempfile::NamedTempFile::new_in(folder)
        .map_err(|error| Failure::new(format!("{} cannot be written to: {error}", folder.display())))?;
    let mut out = BufWriter::new(made.as_file());
    let contents = backup::write(center, &mut out).await?;
    out.flush()?;
    drop(out);
    made.as_file().sync_all()?;
    made.persist_noclobber(path).map_err(|error| Failure::from(error.error))?;
    println!("{} rows in {}, digest {}", contents.rows, path.display(), contents.digest);
    println!(
        "Not in it: the key file {}, without which nothing sealed in it opens, and the documents. Keep them elsewhere than this file.",
        center.config.key_file().display()
    );
    Ok(())
}

pub(super) async fn restore(center: &Center, arguments: &Arguments) -> Outcome {
    let path = &arguments.file;
    let open = || File::open(path).map(|file| Box::new(BufReader::new(file)) as Box<dyn BufRead + Send>);
    let contents = backup::restore(center, open).await?;
    println!("{} rows were restored and compared: digest {}", contents.rows, contents.digest);
    Ok(())
}
