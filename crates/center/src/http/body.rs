//! JSON bodies, refused as problems when they are none.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;
use tessera_center_api::ErrorCode;

use super::{Refusal, Shared};

/// The JSON body of a request.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &Shared) -> Result<Self, Refusal> {
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let announced = announced.and_then(|length| length.parse::<usize>().ok());
        // Not waited for: it would be refused anyway.
        if announced.is_some_and(|length| length > state.config.server.body_bytes) {
            return Err(Refusal::new(ErrorCode::TooLarge, "The body is larger than this address takes."));
        }
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Refusal::new(ErrorCode::UnsupportedMediaType, "Send the body as application/json."))
            }
            Err(JsonRejection::BytesRejection(error))
                if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE =>
            {
                Err(Refusal::new(ErrorCode::TooLarge, "The body is larger than this address takes."))
            }
            // The parser's own text could quote what was sent, a password too.
            Err(_) => Err(Refusal::new(
                ErrorCode::BadRequest,
                "The body is not the JSON that the OpenAPI document describes.",
            )),
        }
    }
}
