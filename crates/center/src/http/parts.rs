//! Parts of an address, refused as problems when they are not what the contract describes.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use tessera_center_api::ErrorCode;

use super::{Refusal, Shared};

/// What a path names. What cannot be a name here is not found.
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Shared> for Named<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, center: &Shared) -> Result<Self, Refusal> {
        match Path::<T>::from_request_parts(parts, center).await {
            Ok(Path(name)) => Ok(Self(name)),
            Err(_) => Err(Refusal::new(ErrorCode::NotFound, "There is nothing at this address.")),
        }
    }
}

/// What stands behind the `?`.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Shared> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, center: &Shared) -> Result<Self, Refusal> {
        match Query::<T>::from_request_parts(parts, center).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(_) => Err(Refusal::new(
                ErrorCode::BadRequest,
                "What stands behind the ? is not what the OpenAPI document describes.",
            )),
        }
    }
}
