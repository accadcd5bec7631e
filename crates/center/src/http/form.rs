//! What the forms of pages send.

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use tessera_center_api::ErrorCode;

use super::Refusal;

/// The fields of a form.
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        // The parser's own text could quote what was sent, a password too.
        let axum::Form(fields) = axum::Form::<T>::from_request(request, state).await.map_err(|_| {
            Refusal::new(ErrorCode::BadRequest, "This is not what the form of the page sends.")
        })?;
        Ok(Self(fields))
    }
}
