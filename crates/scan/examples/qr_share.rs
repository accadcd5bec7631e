//! The share of public QR photographs that is read, per set: what `cargo xtask interop` prints.
//!
//! `qr_share DIR [--at-least N] [--exclude SET/NAME]... [--limit-ms MS] [--verbose]`: every folder below DIR that holds
//! `.png` files is a set. An image beside a `.txt` of its name must give exactly that text (`.bin`, `.metadata.txt` and a
//! final newline don't count); one without is only decoded. Exits with 1 if fewer than N are read, if any image takes
//! longer than MS (1000), or if a decoder's panic comes through.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods
)]

use std::{
    collections::BTreeMap,
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use tessera_scan::{Effort, decode, load_image_file};

#[derive(Default)]
struct Set {
    labeled: usize,
    read: usize,
    other_text: usize,
    unlabeled: usize,
    codes: usize,
    slowest: Duration,
    total: Duration,
}

struct Options {
    dir: PathBuf,
    at_least: usize,
    limit: Duration,
    exclude: Vec<String>,
    verbose: bool,
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(message) => {
            eprintln!("qr_share: {message}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("qr_share: {error}");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        dir: PathBuf::new(),
        at_least: 0,
        limit: Duration::from_secs(1),
        exclude: Vec::new(),
        verbose: false,
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} wants a value"));
        match arg.as_str() {
            "--at-least" => options.at_least = value()?.parse().map_err(|e| format!("--at-least: {e}"))?,
            "--limit-ms" => {
                options.limit =
                    Duration::from_millis(value()?.parse().map_err(|e| format!("--limit-ms: {e}"))?);
            }
            "--exclude" => options.exclude.push(value()?),
            "--verbose" => options.verbose = true,
            _ if options.dir.as_os_str().is_empty() && !arg.starts_with('-') => options.dir = arg.into(),
            _ => return Err(format!("{arg} is not understood")),
        }
    }
    if options.dir.as_os_str().is_empty() { Err("which folder?".into()) } else { Ok(options) }
}

fn run(options: &Options) -> std::io::Result<bool> {
    let mut images = Vec::new();
    collect(&options.dir, &mut images)?;
    images.sort();
    let mut sets: BTreeMap<String, Set> = BTreeMap::new();
    let (mut panics, mut slow) = (0, 0);
    for image in images {
        let name = image.strip_prefix(&options.dir).unwrap_or(&image).with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        let (set, _) = name.rsplit_once('/').unwrap_or((".", &name));
        let label =
            fs::read(image.with_extension("txt")).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let label = label.filter(|_| !options.exclude.iter().any(|end| name.ends_with(end.as_str())));
        let set = sets.entry(set.to_owned()).or_default();
        let start = Instant::now();
        let texts = catch_unwind(|| match load_image_file(&image) {
            Ok(frame) => decode(&frame, Effort::Still).iter().map(|f| f.text.to_string()).collect(),
            Err(error) => {
                println!("  {name}: {error}");
                Vec::new()
            }
        });
        let took = start.elapsed();
        set.total += took;
        set.slowest = set.slowest.max(took);
        slow += usize::from(took > options.limit);
        let Ok(texts) = texts else {
            panics += 1;
            println!("  {name}: a panic came through");
            continue;
        };
        set.codes += texts.len();
        let Some(label) = label else {
            set.unlabeled += 1;
            continue;
        };
        set.labeled += 1;
        let without_newline = |text: &str| text.trim_end_matches(['\r', '\n']).to_owned();
        if texts.iter().any(|text| without_newline(text) == without_newline(&label)) {
            set.read += 1;
        } else {
            set.other_text += usize::from(!texts.is_empty());
            if options.verbose {
                println!("  {name}: {}", if texts.is_empty() { "nothing" } else { "another text" });
            }
        }
    }
    report(&sets, options, panics, slow)
}

fn report(
    sets: &BTreeMap<String, Set>,
    options: &Options,
    panics: usize,
    slow: usize,
) -> std::io::Result<bool> {
    println!("{:<24} {:>12} {:>7} {:>6} {:>9} {:>9}", "set", "read", "share", "codes", "mean ms", "worst ms");
    let mut all = Set::default();
    for (name, set) in sets {
        line(name, set);
        all.labeled += set.labeled;
        all.read += set.read;
        all.other_text += set.other_text;
        all.unlabeled += set.unlabeled;
        all.codes += set.codes;
        all.total += set.total;
        all.slowest = all.slowest.max(set.slowest);
    }
    line("all", &all);
    println!(
        "{} with another text, {panics} panics, {slow} over {} ms; at least {} of the labeled must be read",
        all.other_text,
        options.limit.as_millis(),
        options.at_least
    );
    if all.labeled + all.unlabeled == 0 {
        return Err(std::io::Error::other(format!("no image below {}", options.dir.display())));
    }
    Ok(all.read >= options.at_least && panics == 0 && slow == 0)
}

fn line(name: &str, set: &Set) {
    let millis = |d: Duration| d.as_secs_f64() * 1000.0;
    let images = (set.labeled + set.unlabeled).max(1);
    let share = 100.0 * set.read as f64 / set.labeled.max(1) as f64;
    let share = if set.labeled == 0 { "-".into() } else { format!("{share:.1} %") };
    println!(
        "{name:<24} {:>5} of {:>3} {share:>7} {:>6} {:>9.1} {:>9.1}",
        set.read,
        set.labeled,
        set.codes,
        millis(set.total) / images as f64,
        millis(set.slowest)
    );
}

fn collect(dir: &Path, images: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, images)?;
        } else if path.extension().is_some_and(|e| e == "png") {
            images.push(path);
        }
    }
    Ok(())
}
