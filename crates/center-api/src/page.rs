//! Lists that come in parts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One part of a list, newest first unless the list says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct Page<T> {
    /// What stands on this part.
    pub items: Vec<T>,
    /// Pass this as `cursor` to get the next part; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
