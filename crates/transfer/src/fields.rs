//! Members of JSON objects, taken by name and kind.

use serde_json::{Map, Value};

use crate::{Place, Reason};

/// Where an entry of a list stands, with its names from these two members.
pub(crate) fn place(index: usize, value: &Value, issuer: &str, account: &str) -> Place {
    let shown = |field| value.get(field).and_then(Value::as_str).unwrap_or_default();
    Place::entry(index).with_names(shown(issuer), shown(account))
}

/// A JSON object with the words for what is wrong with its members. Absent and `null` are the same.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// Takes an object; `field` is what it is called where it stands.
    pub(crate) fn of(value: &'a Value, field: &'static str) -> Result<Self, Reason> {
        value.as_object().map(Self).ok_or(Reason::WrongType { field, expected: "an object" })
    }

    /// Whatever stands there, unless absent or `null`.
    pub(crate) fn get(self, field: &str) -> Option<&'a Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    /// All members.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.0.iter()
    }

    /// Whether the member stands there at all, be it `null`.
    pub(crate) fn has(self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// A text, if there.
    pub(crate) fn opt_text(self, field: &'static str) -> Result<Option<&'a str>, Reason> {
        self.opt(field, "a text", Value::as_str)
    }

    /// A text that must be there.
    pub(crate) fn text(self, field: &'static str) -> Result<&'a str, Reason> {
        self.opt_text(field)?.ok_or(Reason::Missing { field })
    }

    /// A whole number from 0 up, if there; one that is written as a text counts too.
    pub(crate) fn opt_number(self, field: &'static str) -> Result<Option<u64>, Reason> {
        self.opt(field, "a whole number", |value| match value {
            Value::String(digits) => digits.trim().parse().ok(),
            other => other.as_u64(),
        })
    }

    /// A whole number that must be there.
    pub(crate) fn number(self, field: &'static str) -> Result<u64, Reason> {
        self.opt_number(field)?.ok_or(Reason::Missing { field })
    }

    /// `true` or `false`, if there.
    pub(crate) fn opt_bool(self, field: &'static str) -> Result<Option<bool>, Reason> {
        self.opt(field, "true or false", Value::as_bool)
    }

    /// A list, if there.
    pub(crate) fn opt_list(self, field: &'static str) -> Result<Option<&'a Vec<Value>>, Reason> {
        self.opt(field, "a list", Value::as_array)
    }

    /// A list that must be there.
    pub(crate) fn list(self, field: &'static str) -> Result<&'a Vec<Value>, Reason> {
        self.opt_list(field)?.ok_or(Reason::Missing { field })
    }

    /// An object, if there.
    pub(crate) fn opt_object(self, field: &'static str) -> Result<Option<Self>, Reason> {
        self.opt(field, "an object", |value| value.as_object().map(Self))
    }

    /// An object that must be there.
    pub(crate) fn object(self, field: &'static str) -> Result<Self, Reason> {
        self.opt_object(field)?.ok_or(Reason::Missing { field })
    }

    fn opt<T>(
        self,
        field: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Reason> {
        match self.get(field) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or(Reason::WrongType { field, expected }),
        }
    }
}
