//! Building the pages that the app embeds.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::process::{Outcome, npm, run};
use crate::{setup, workspace};

/// Builds ui/dist if a source is newer. The app embeds that folder when it is compiled, so a needless build of the pages would
/// also compile the app anew.
pub(crate) fn build() -> Outcome {
    setup::install_packages()?;
    let ui = workspace::ui();
    let built = fs::metadata(ui.join("dist/index.html")).and_then(|file| file.modified()).ok();
    if built.is_some_and(|built| newest_source(&ui).is_some_and(|source| source <= built)) {
        return Ok(());
    }
    run(npm().args(["run", "--silent", "build"]))
}

/// Runs one of the scripts of ui/package.json.
pub(crate) fn script(name: &str) -> Outcome {
    setup::install_packages()?;
    run(npm().args(["run", "--silent", name]))
}

/// When the newest file that the pages are built from was written.
fn newest_source(folder: &Path) -> Option<SystemTime> {
    let mut newest = None;
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let name = entry.file_name();
        if name == "node_modules" || name == "dist" {
            continue;
        }
        let path = entry.path();
        let time = if path.is_dir() {
            newest_source(&path)
        } else {
            entry.metadata().and_then(|file| file.modified()).ok()
        };
        newest = newest.max(time);
    }
    newest
}
