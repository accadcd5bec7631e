//! Which of the system's libraries the programs link, and the packages that bring them.
//!
//! Asked of the programs themselves, so that a library that a dependency starts to link cannot be forgotten: an installed
//! package would then lack it, and nobody's own machine would show it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{Failure, Outcome, capture};

/// Shared libraries by their name in the program, and the Debian package of each. Ubuntu's newer names provide these.
const DEBIAN: &[(&str, &str)] = &[
    ("libcairo.so.2", "libcairo2"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libgbm.so.1", "libgbm1"),
    ("libgcc_s.so.1", "libgcc-s1"),
    ("libgdk-3.so.0", "libgtk-3-0"),
    ("libgdk_pixbuf-2.0.so.0", "libgdk-pixbuf-2.0-0"),
    ("libgio-2.0.so.0", "libglib2.0-0"),
    ("libglib-2.0.so.0", "libglib2.0-0"),
    ("libgobject-2.0.so.0", "libglib2.0-0"),
    ("libgtk-3.so.0", "libgtk-3-0"),
    ("libjavascriptcoregtk-4.1.so.0", "libjavascriptcoregtk-4.1-0"),
    ("libpipewire-0.3.so.0", "libpipewire-0.3-0"),
    ("libsoup-3.0.so.0", "libsoup-3.0-0"),
    ("libwayland-client.so.0", "libwayland-client0"),
    ("libwebkit2gtk-4.1.so.0", "libwebkit2gtk-4.1-0"),
    ("libX11.so.6", "libx11-6"),
    ("libxcb.so.1", "libxcb1"),
    ("libXss.so.1", "libxss1"),
];

/// Parts of glibc; the oldest version that has every function the programs call is what counts.
const GLIBC: &[&str] = &["libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"];

/// What programs link, in order and once each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Linked {
    libraries: BTreeSet<String>,
    /// The newest glibc symbol version, as (major, minor).
    glibc: (u32, u32),
}

/// Asks binutils, which every C compiler on Linux brings along.
pub(super) fn linked_by(programs: &[PathBuf]) -> Outcome<Linked> {
    let mut linked = Linked::default();
    for program in programs {
        // -W: a line is not cut at 80 columns
        linked.read(&capture(Command::new("readelf").env("LC_ALL", "C").args(["-dVW"]).arg(program))?);
    }
    if linked.libraries.is_empty() || linked.glibc == (0, 0) {
        return Err(Failure::new("readelf did not tell which libraries the programs link"));
    }
    Ok(linked)
}

impl Linked {
    /// Adds what readelf says of one program.
    fn read(&mut self, said: &str) {
        for line in said.lines() {
            if let Some((_, library)) = line.split_once("(NEEDED)").and_then(|(_, rest)| rest.split_once('['))
            {
                let library = library.trim_end().trim_end_matches(']');
                let is_ours = !GLIBC.contains(&library) && !library.starts_with("ld-linux");
                if is_ours {
                    self.libraries.insert(library.to_owned());
                }
            } else if let Some((_, version)) = line.split_once("Name: GLIBC_") {
                let mut numbers = version.split_whitespace().next().unwrap_or_default().split('.');
                let mut number = || numbers.next().and_then(|number| number.parse().ok()).unwrap_or(0);
                self.glibc = self.glibc.max((number(), number()));
            }
        }
    }

    /// As Debian calls it.
    pub(super) fn for_deb(&self) -> Outcome<BTreeSet<String>> {
        let (major, minor) = self.glibc;
        let mut packages = BTreeSet::from([format!("libc6 (>= {major}.{minor})")]);
        let mut unknown = Vec::new();
        for library in &self.libraries {
            match DEBIAN.iter().find(|(name, _)| name == library) {
                Some((_, package)) => _ = packages.insert((*package).to_owned()),
                None => unknown.push(library.as_str()),
            }
        }
        if unknown.is_empty() {
            return Ok(packages);
        }
        Err(Failure::new(format!(
            "the programs link {}, and xtask does not know which Debian package brings that.\n    \
             `dpkg -S` tells; add it to {}",
            unknown.join(", "),
            file!()
        )))
    }

    /// As every rpm names what it provides, whatever the distribution calls the package.
    pub(super) fn for_rpm(&self) -> BTreeSet<String> {
        let (major, minor) = self.glibc;
        let mark = if cfg!(target_pointer_width = "64") { "()(64bit)" } else { "" };
        let mut names: BTreeSet<String> =
            self.libraries.iter().map(|library| format!("{library}{mark}")).collect();
        names.insert(format!("libc.so.6(GLIBC_{major}.{minor}){}", mark.trim_start_matches("()")));
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "
 0x0000000000000001 (NEEDED)             Shared library: [libgtk-3.so.0]
 0x0000000000000001 (NEEDED)             Shared library: [libm.so.6]
 0x0000000000000001 (NEEDED)             Shared library: [ld-linux-x86-64.so.2]
  0x0010:   Name: GLIBC_2.9  Flags: none  Version: 3
  0x0020:   Name: GLIBC_2.34  Flags: none  Version: 2
  0x0030:   Name: GCC_3.0  Flags: none  Version: 4
";

    #[test]
    fn the_packages_are_those_of_the_libraries_linked() {
        let mut linked = Linked::default();
        linked.read(SAID);
        assert_eq!(linked.for_deb().unwrap(), ["libc6 (>= 2.34)", "libgtk-3-0"].map(String::from).into());
        let rpm = ["libc.so.6(GLIBC_2.34)(64bit)", "libgtk-3.so.0()(64bit)"].map(String::from);
        assert_eq!(linked.for_rpm(), rpm.into());
    }

    #[test]
    fn a_library_without_a_known_package_is_named() {
        let mut linked = Linked::default();
        linked.read("(NEEDED) Shared library: [libnew.so.7]\n  Name: GLIBC_2.34");
        assert!(linked.for_deb().unwrap_err().to_string().contains("libnew.so.7"));
    }
}
