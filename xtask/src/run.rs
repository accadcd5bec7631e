//! `cargo xtask run`: from a fresh checkout to the open window.

use std::path::Path;
use std::process::Command;

use crate::process::{Failure, Outcome, cargo, heading, run as run_command};
use crate::{setup, ui, workspace};

/// Build the desktop app and open its window.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Optimized, as it is shipped; takes several times as long to build
    #[arg(long)]
    release: bool,
    /// Arguments for the app itself
    #[arg(last = true)]
    app: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    heading("Preparing (the first time: some minutes)");
    setup::provide(setup::For::Building)?;
    heading("Building the app");
    ui::build()?;
    // With --workspace, cargo settles on the same features as for the tests, and what one builds the other can use.
    let mut build = cargo();
    build.args(["build", "--workspace", "--bin", "tessera-desktop"]);
    if arguments.release {
        build.arg("--release");
    }
    run_command(&mut build)?;
    heading("Opening the window");
    check_display()?;
    let profile = if arguments.release { "release" } else { "debug" };
    let mut app = Command::new(workspace::built(profile, "tessera-desktop"));
    app.args(&arguments.app);
    soften_rendering(&mut app);
    become_program(app)
}

fn check_display() -> Outcome {
    let shown = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !shown("DISPLAY") && !shown("WAYLAND_DISPLAY") {
        return Err(Failure::new(
            "the app is built, but this session has no screen (neither DISPLAY nor WAYLAND_DISPLAY is set).\n    \
             Without one, the command line works: cargo run -p tessera-cli -- --help",
        ));
    }
    Ok(())
}

/// What WebKitGTK needs to be told where there is no graphics card: its accelerated path shows an empty window there.
fn soften_rendering(app: &mut Command) {
    if cfg!(target_os = "linux") && !Path::new("/dev/dri").exists() {
        app.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    }
}

/// The app takes our place, so that Ctrl-C and the exit status are its own.
#[cfg(unix)]
fn become_program(mut app: Command) -> Outcome {
    use std::os::unix::process::CommandExt;
    let error = app.exec();
    Err(Failure::new(format!("cannot start {}: {error}", app.get_program().to_string_lossy())))
}

#[cfg(not(unix))]
fn become_program(mut app: Command) -> Outcome {
    run_command(&mut app)
}
