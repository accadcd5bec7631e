//! Declares every command to Tauri's permission lists and embeds the page.
#![allow(clippy::print_stderr, reason = "what a build script has to say goes to cargo's terminal")]

use std::path::Path;

include!("src/commands/list.rs");

macro_rules! names {
    ($($area:ident::$name:ident),* $(,)?) => { &[$(stringify!($name)),*] };
}

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/src/commands/list.rs");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=ui/dist");
    if !Path::new("ui/dist/index.html").is_file() {
        println!(
            "cargo:warning=The page is not built: ui/dist/index.html is missing. `cargo xtask run` builds the page and the app."
        );
        eprintln!(
            "\nThe page is not built: ui/dist/index.html is missing.\nRun `cargo xtask run`; it builds the page and then the app.\n"
        );
        std::process::exit(1);
    }
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(with_commands!(names)));
    if let Err(error) = tauri_build::try_build(attributes) {
        eprintln!("{error:#}");
        std::process::exit(1);
    }
}
