//! `tessera-center link`: one text, and one QR code of it, by which an app finds the center and knows its root key.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use qrcode::QrCode;
use qrcode::render::{svg, unicode};
use reqwest::Url;
use tessera_center::Config;
use tessera_center::config::is_this_machine;
use tessera_center_api::key_list::RootKey;

use super::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Draw the QR code into this file, too, to be printed or sent; what is there is not written over
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Opens no center: nothing but the configuration says what the link holds.
pub(super) fn run(config: &Config, arguments: &Arguments) -> Outcome {
    let url = address(config)?;
    let root = config.root_key.as_deref().map(RootKey::from_text).transpose();
    let root = root.map_err(|_| Failure::usage("root-key is not what `tessera-center root new` printed"))?;
    let link = link(&url, root.as_ref());
    let qr = QrCode::new(&link)?;
    if let Some(file) = &arguments.svg {
        draw(&qr, file)?;
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{link}\n\n{}", blocks(&qr))?;
    if let Some(root) = &root {
        writeln!(out, "\nFingerprint: {}", root.fingerprint())?;
    }
    out.flush()?;
    if root.is_some() {
        eprintln!(
            "Before you give it out, compare the fingerprint with what `tessera-center root show` says where the root key is."
        );
    } else {
        eprintln!(
            "No root-key is configured: whoever connects by this link can sign in, but sends no documents. Make one with \
             `tessera-center root new` on another machine, and give out the link that then stands here."
        );
    }
    if url.scheme() == "http" {
        eprintln!("The link leads to this machine alone. For people on others, name server.public-url.");
    }
    Ok(())
}

/// Where the link leads. Apps reach another machine by HTTPS only.
fn address(config: &Config) -> Result<Url, Failure> {
    let address = config.address();
    let url = Url::parse(&address).ok().filter(Url::has_host);
    let url =
        url.ok_or_else(|| Failure::usage(format!("{address} is no address: name server.public-url")))?;
    if url.scheme() == "https" || url.host_str().is_some_and(is_this_machine) {
        return Ok(url);
    }
    Err(Failure::usage(format!(
        "{address} is an address that no app goes to: another machine is reached by https:// only. Name server.public-url"
    )))
}

/// As `tessera_center_client::CenterAddress` reads it.
fn link(url: &Url, root: Option<&RootKey>) -> String {
    let slash = if url.path().ends_with('/') { "" } else { "/" };
    let root = root.map(|root| format!("root={}", root.fingerprint().replace(' ', "").to_ascii_lowercase()));
    let plain = (url.scheme() == "http").then(|| "plain".to_owned());
    let query: Vec<String> = root.into_iter().chain(plain).collect();
    let sign = if query.is_empty() { "" } else { "?" };
    format!("tessera-center://{}{}{slash}{sign}{}", url.authority(), url.path(), query.join("&"))
}

/// In half blocks, the blocks dark: on a terminal black on white, whatever its colors.
fn blocks(qr: &QrCode) -> String {
    let text = qr.render::<unicode::Dense1x2>().build();
    if !io::stdout().is_terminal() {
        return text;
    }
    let lines: Vec<_> = text.lines().map(|line| format!("\x1b[38;5;16;48;5;231m{line}\x1b[0m")).collect();
    lines.join("\n")
}

fn draw(qr: &QrCode, file: &Path) -> Outcome {
    let drawn = qr.render::<svg::Color<'_>>().min_dimensions(320, 320).build();
    let mut made = File::create_new(file)
        .map_err(|error| Failure::new(format!("{} cannot be made: {error}", file.display())))?;
    Ok(made.write_all(drawn.as_bytes())?)
}
