//! The settings that tell about the user, kept inside the vault.

use std::collections::BTreeMap;

/// How the list of codes is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// By issuer, then account name.
    #[default]
    Issuer,
    /// By account name, then issuer.
    Account,
    /// The most used first.
    Uses,
    /// The last used first.
    Recent,
    /// As the person put them.
    Own,
}

/// How much room a row takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// Large digits.
    #[default]
    Comfortable,
    /// More rows.
    Compact,
}

/// A setting that this version does not know, kept as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// Yes or no.
    Flag(bool),
}

/// The settings inside the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, with its own name in the file"
)]
pub struct Settings {
    /// Lock after so many seconds without a key or a mouse; 0 is never.
    pub auto_lock_s: u32,
    /// Lock when the screen is locked.
    pub lock_on_screen_lock: bool,
    /// Lock when the machine goes to sleep.
    pub lock_on_suspend: bool,
    /// Clear a copied code after so many seconds; 0 is never.
    pub clipboard_s: u32,
    /// Show a code only when asked.
    pub hide_codes: bool,
    /// Show the next code near the end of the current one.
    pub next_code: bool,
    /// How the list is sorted.
    pub sort: SortOrder,
    /// How much room a row takes.
    pub density: Density,
    /// What a newer version wrote, kept for it.
    pub other: BTreeMap<String, SettingValue>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_lock_s: 300,
            lock_on_screen_lock: true,
            lock_on_suspend: true,
            clipboard_s: 20,
            hide_codes: false,
            next_code: true,
            sort: SortOrder::default(),
            density: Density::default(),
            other: BTreeMap::new(),
        }
    }
}

impl SortOrder {
    const ALL: [Self; 5] = [Self::Issuer, Self::Account, Self::Uses, Self::Recent, Self::Own];

    /// The name under which it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::Account => "account",
            Self::Uses => "uses",
            Self::Recent => "recent",
            Self::Own => "own",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }
}

impl Density {
    /// The name under which it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Comfortable, Self::Compact].into_iter().find(|density| density.name() == name)
    }
}
