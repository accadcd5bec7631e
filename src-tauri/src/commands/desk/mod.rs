//! Commands of the review desk.

pub(crate) mod review;
pub(crate) mod staff;
