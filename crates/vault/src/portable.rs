//! Where everything lies when a program is carried about: in a folder beside it (ADR 0162).

use std::path::{Path, PathBuf};

/// The folder beside a program that makes it keep everything there. It is never made by a program.
pub const PORTABLE_FOLDER: &str = "tessera-portable";

/// That folder, if it stands beside this program; on macOS beside the app that the program is in.
pub fn portable_folder(program: &Path) -> Option<PathBuf> {
    let folder = beside(program)?.join(PORTABLE_FOLDER);
    folder.is_dir().then_some(folder)
}

/// The folder in which a person sees the program.
fn beside(program: &Path) -> Option<&Path> {
    let folder = program.parent()?;
    let app = folder.parent().and_then(Path::parent).filter(|app| {
        folder.ends_with("Contents/MacOS") && app.extension().is_some_and(|ending| ending == "app")
    });
    app.map_or(Some(folder), Path::parent)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_beside_the_program_makes_it_portable_and_nothing_else_does() {
        let stick = tempfile::tempdir().unwrap();
        let program = stick.path().join("tessera");
        assert_eq!(portable_folder(&program), None);
        std::fs::write(stick.path().join(PORTABLE_FOLDER), "").unwrap();
        assert_eq!(portable_folder(&program), None, "a file of that name does not");
        std::fs::remove_file(stick.path().join(PORTABLE_FOLDER)).unwrap();
        std::fs::create_dir(stick.path().join(PORTABLE_FOLDER)).unwrap();
        assert_eq!(portable_folder(&program), Some(stick.path().join(PORTABLE_FOLDER)));
        assert_eq!(portable_folder(&stick.path().join("bin/tessera")), None);
    }

    #[test]
    fn of_an_app_of_macos_it_stands_beside_the_app() {
        let stick = tempfile::tempdir().unwrap();
        std::fs::create_dir(stick.path().join(PORTABLE_FOLDER)).unwrap();
        let program = stick.path().join("Tessera.app/Contents/MacOS/tessera-desktop");
        assert_eq!(portable_folder(&program), Some(stick.path().join(PORTABLE_FOLDER)));
    }
}
