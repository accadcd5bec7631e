//! What a person may set: preferences lie beside the app, in clear; settings lie in the vault.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Light, dark, or what the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Appearance {
    /// What the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What is needed before a vault is open, so it lies in the app's own folder.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub(crate) struct Preferences {
    /// Light or dark.
    pub(crate) appearance: Appearance,
    /// Text size: 1 is 100 %; 0.5 to 3.
    pub(crate) zoom: f64,
}

/// How the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// By issuer, then account.
    #[default]
    Issuer,
    /// By account, then issuer.
    Account,
    /// Most used first.
    Uses,
    /// Last used first.
    Recent,
    /// The person's own order.
    Own,
}

/// How tall rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Density {
    /// Tall.
    #[default]
    Comfortable,
    /// Low.
    Compact,
}

/// The settings in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[allow(clippy::struct_excessive_bools, reason = "switches that a person sets one by one")]
pub(crate) struct Settings {
    /// Lock after so many seconds without a person; 0: never.
    pub(crate) auto_lock_s: u32,
    /// Lock when the system locks its screen.
    pub(crate) lock_on_screen_lock: bool,
    /// Lock when the system goes to sleep.
    pub(crate) lock_on_suspend: bool,
    /// Clear a copied code after so many seconds; 0: never.
    pub(crate) clipboard_s: u32,
    /// Codes are shown only when asked for.
    pub(crate) hide_codes: bool,
    /// Show the next code near the end of the present one.
    pub(crate) next_code: bool,
    /// How the list is sorted.
    pub(crate) sort: Sort,
    /// How tall rows are.
    pub(crate) density: Density,
    /// Forbid pictures of the window where the system can.
    pub(crate) block_screenshots: bool,
}
