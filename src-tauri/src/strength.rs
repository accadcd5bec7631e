//! How long a password would stand, by zxcvbn.

use zxcvbn::feedback::{Suggestion, Warning};

use crate::dto::{ErrorCode, Failure, Strength, StrengthSuggestion, StrengthWarning};

/// zxcvbn's work grows with the length; what comes after this many characters only makes a password stronger.
const LOOKED_AT: usize = 100;
/// Under this score a password falls to the first few million guesses, and no key derivation helps it.
const LEAST: u8 = 2;

/// Estimates a password.
pub(crate) fn estimate(password: &str) -> Strength {
    let end = password.char_indices().nth(LOOKED_AT).map_or(password.len(), |(end, _)| end);
    let looked_at = password.get(..end).unwrap_or(password);
    let estimate = zxcvbn::zxcvbn(looked_at, &["tessera", "vault"]);
    let feedback = estimate.feedback();
    Strength {
        score: u8::from(estimate.score()),
        warning: feedback.and_then(zxcvbn::feedback::Feedback::warning).map(warning),
        suggestions: feedback
            .map(|feedback| feedback.suggestions().iter().copied().map(suggestion).collect())
            .unwrap_or_default(),
        guesses_log10: estimate.guesses_log10(),
    }
}

/// Refuses a new password that would be guessed at once.
pub(crate) fn require(password: &str) -> Result<(), Failure> {
    if password.is_empty() || estimate(password).score < LEAST {
        return Err(Failure::new(ErrorCode::WeakPassword, "This password would be guessed at once."));
    }
    Ok(())
}

fn warning(warning: Warning) -> StrengthWarning {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess => StrengthWarning::KeyRow,
        Warning::ShortKeyboardPatternsAreEasyToGuess => StrengthWarning::KeyPath,
        Warning::RepeatsLikeAaaAreEasyToGuess => StrengthWarning::RepeatedCharacter,
        Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => StrengthWarning::RepeatedPart,
        Warning::ThisIsATop10Password => StrengthWarning::TopTen,
        Warning::ThisIsATop100Password => StrengthWarning::TopHundred,
        Warning::ThisIsACommonPassword => StrengthWarning::Common,
        Warning::ThisIsSimilarToACommonlyUsedPassword => StrengthWarning::LikeCommon,
        Warning::SequencesLikeAbcAreEasyToGuess => StrengthWarning::Sequence,
        Warning::RecentYearsAreEasyToGuess => StrengthWarning::RecentYear,
        Warning::AWordByItselfIsEasyToGuess => StrengthWarning::OneWord,
        Warning::DatesAreOftenEasyToGuess => StrengthWarning::Date,
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess => StrengthWarning::Name,
        Warning::CommonNamesAndSurnamesAreEasyToGuess => StrengthWarning::CommonName,
    }
}

fn suggestion(suggestion: Suggestion) -> StrengthSuggestion {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases => StrengthSuggestion::FewWords,
        Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => StrengthSuggestion::NoNeedForSymbols,
        Suggestion::AddAnotherWordOrTwo => StrengthSuggestion::AddWords,
        Suggestion::CapitalizationDoesntHelpVeryMuch => StrengthSuggestion::CapitalsHelpLittle,
        Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => {
            StrengthSuggestion::AllCapitalsHelpLittle
        }
        Suggestion::ReversedWordsArentMuchHarderToGuess => StrengthSuggestion::ReversedHelpsLittle,
        Suggestion::PredictableSubstitutionsDontHelpVeryMuch => StrengthSuggestion::ReplacementsHelpLittle,
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => StrengthSuggestion::LongerKeyPath,
        Suggestion::AvoidRepeatedWordsAndCharacters => StrengthSuggestion::AvoidRepeats,
        Suggestion::AvoidSequences => StrengthSuggestion::AvoidSequences,
        Suggestion::AvoidRecentYears => StrengthSuggestion::AvoidRecentYears,
        Suggestion::AvoidYearsThatAreAssociatedWithYou => StrengthSuggestion::AvoidOwnYears,
        Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => StrengthSuggestion::AvoidOwnDates,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_password_is_refused_and_a_few_words_are_taken() {
        assert_eq!(require("password1").unwrap_err().code, ErrorCode::WeakPassword);
        assert_eq!(require("").unwrap_err().code, ErrorCode::WeakPassword);
        assert_eq!(estimate("password").warning, Some(StrengthWarning::TopTen));
        require("correct horse battery staple").unwrap();
    }

    #[test]
    fn a_very_long_password_is_estimated_in_no_time() {
        assert_eq!(estimate(&"quartz lantern ".repeat(10_000)).score, 4);
    }
}
