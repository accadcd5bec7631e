//! Passwords and recovery codes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::Zeroize as _;

/// What makes a password weak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StrengthWarning {
    /// A row of keys.
    KeyRow,
    /// A short path over the keyboard.
    KeyPath,
    /// Repeats like "aaa".
    RepeatedCharacter,
    /// Repeats like "abcabc".
    RepeatedPart,
    /// Sequences like "abc".
    Sequence,
    /// A recent year.
    RecentYear,
    /// A date.
    Date,
    /// One of the ten most used passwords.
    TopTen,
    /// One of the hundred most used passwords.
    TopHundred,
    /// A much used password.
    Common,
    /// Like a much used password.
    LikeCommon,
    /// One word.
    OneWord,
    /// A name alone.
    Name,
    /// A common name.
    CommonName,
}

/// What would make a password stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StrengthSuggestion {
    /// A few words, no common phrases.
    FewWords,
    /// Symbols, digits and capitals are not needed.
    NoNeedForSymbols,
    /// Another word or two.
    AddWords,
    /// Capitals help little.
    CapitalsHelpLittle,
    /// All capitals are guessed as easily.
    AllCapitalsHelpLittle,
    /// Reversed words are guessed as easily.
    ReversedHelpsLittle,
    /// Replacements like '@' for 'a' help little.
    ReplacementsHelpLittle,
    /// A longer path over the keyboard with more turns.
    LongerKeyPath,
    /// No repeats.
    AvoidRepeats,
    /// No sequences.
    AvoidSequences,
    /// No recent years.
    AvoidRecentYears,
    /// No years that have to do with oneself.
    AvoidOwnYears,
    /// No dates and years that have to do with oneself.
    AvoidOwnDates,
}

/// How long a password would stand.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub(crate) struct Strength {
    /// 0 (guessed at once) to 4.
    pub(crate) score: u8,
    /// What makes it weak.
    pub(crate) warning: Option<StrengthWarning>,
    /// What would make it stronger.
    pub(crate) suggestions: Vec<StrengthSuggestion>,
    /// Guesses needed, as a power of ten.
    pub(crate) guesses_log10: f64,
}

/// A new recovery code. It is kept in Rust until confirmed, and shown again by `recovery_show`.
#[derive(Clone, Serialize, TS)]
pub(crate) struct RecoveryShown {
    /// Eight groups of five symbols.
    pub(crate) groups: Vec<String>,
}

impl Drop for RecoveryShown {
    fn drop(&mut self) {
        self.groups.zeroize();
    }
}

/// A group that was typed back. `recovery_confirm` takes a sealed JSON list of at least two.
#[derive(Clone, Deserialize, TS)]
pub(crate) struct TypedGroup {
    /// Its number, from 0.
    pub(crate) index: u8,
    /// What was typed.
    pub(crate) text: String,
}

impl Drop for TypedGroup {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

/// What became of the groups that were typed back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub(crate) struct RecoveryConfirmed {
    /// All right; the code is not shown any more.
    pub(crate) ok: bool,
    /// The first group (from 0) that is not as shown.
    pub(crate) wrong_group: Option<u8>,
}
