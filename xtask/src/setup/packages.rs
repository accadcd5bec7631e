//! The system packages by name, on the three families of Linux whose names we know.

use super::For;

/// One thing a Linux system must have, and what it is called there.
pub(crate) struct Package {
    pub(crate) needed_for: For,
    pub(crate) apt: &'static str,
    pub(crate) dnf: &'static str,
    pub(crate) pacman: &'static str,
    /// A program that proves it is there whoever installed it; None: only the package system knows.
    pub(crate) program: Option<&'static str>,
}

const fn library(apt: &'static str, dnf: &'static str, pacman: &'static str) -> Package {
    Package { needed_for: For::Building, apt, dnf, pacman, program: None }
}

const fn tool(apt: &'static str, dnf: &'static str, pacman: &'static str, program: &'static str) -> Package {
    Package { needed_for: For::Testing, apt, dnf, pacman, program: Some(program) }
}

/// Everything, in the order in which it is asked for.
pub(crate) const PACKAGES: &[Package] = &[
    Package {
        needed_for: For::Building,
        apt: "pkg-config",
        dnf: "pkgconf-pkg-config",
        pacman: "pkgconf",
        program: Some("pkg-config"),
    },
    // the window
    library("libwebkit2gtk-4.1-dev", "webkit2gtk4.1-devel", "webkit2gtk-4.1"),
    // bindgen, for the camera's and PipeWire's headers
    library("libclang-dev", "clang-devel", "clang"),
    library("libv4l-dev", "libv4l-devel", "v4l-utils"),
    // the screen: X11, and PipeWire for Wayland's portal
    library("libpipewire-0.3-dev", "pipewire-devel", "libpipewire"),
    library("libgbm-dev", "mesa-libgbm-devel", "mesa"),
    library("libegl-dev", "mesa-libEGL-devel", "libglvnd"),
    library("libxcb1-dev", "libxcb-devel", "libxcb"),
    library("libxrandr-dev", "libXrandr-devel", "libxrandr"),
    library("libxss-dev", "libXScrnSaver-devel", "libxss"),
    library("libdbus-1-dev", "dbus-devel", "dbus"),
    // the window tests: a screen of their own, and WebKit's driver
    tool("xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb", "Xvfb"),
    tool("webkit2gtk-driver", "webkit2gtk-driver", "webkit2gtk-4.1", "WebKitWebDriver"),
    tool("dbus", "dbus-daemon", "dbus", "dbus-daemon"),
    // ... the other programs on that screen, a hand on mouse and keyboard, and a look at what was printed
    Package {
        needed_for: For::Testing,
        apt: "python3-gi",
        dnf: "python3-gobject",
        pacman: "python-gobject",
        program: None,
    },
    Package { needed_for: For::Testing, apt: "gir1.2-gtk-3.0", dnf: "gtk3", pacman: "gtk3", program: None },
    tool("xdotool", "xdotool", "xdotool", "xdotool"),
    tool("poppler-utils", "poppler-utils", "poppler", "pdftotext"),
    tool("zbar-tools", "zbar", "zbar", "zbarimg"),
    // a second opinion: backups from age, codes from oathtool, the vault format from Python
    tool("age", "age", "age", "age"),
    tool("oathtool", "oathtool", "oath-toolkit", "oathtool"),
    tool("python3", "python3", "python", "python3"),
    // the center's second database; Debian keeps its programs off PATH, so only its package system knows
    Package {
        needed_for: For::Testing,
        apt: "postgresql",
        dnf: "postgresql-server",
        pacman: "postgresql",
        program: None,
    },
];

/// Debian cuts the module that makes Python environments off into a package of its own.
pub(crate) const PYTHON_VENV_APT: &str = "python3-venv";
