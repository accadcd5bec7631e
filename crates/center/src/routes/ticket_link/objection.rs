//! `GET` and `POST /objections/{token}`

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_center_api::ErrorCode;
use tessera_center_api::account::Language;

use super::wish;
use crate::http::{Form, HtmlPage, Input, InputKind, Named, Peer, Refusal, Refusals, Shared, accepted};
use crate::rules::notices;
use crate::rules::ticket::{hold, reason};

/// Says what an objection does. Changes nothing.
#[utoipa::path(get, path = "/objections/{token}", tag = "links", params(("token" = String, Path)),
    responses((status = 200, description = "What the link does", content_type = "text/html", body = String),
        Refusals, (status = 410, description = "The link is over", content_type = "text/html", body = String)))]
#[tracing::instrument(skip_all)]
pub(super) async fn show(
    State(center): State<Shared>,
    headers: HeaderMap,
    Named(token): Named<String>,
) -> Result<HtmlPage, Refusal> {
    let mut tx = center.read().await?;
    let Some(found) = hold::objectionable(&mut tx, &center, &token).await? else {
        return Ok(HtmlPage::link_ended(&headers));
    };
    let language = accepted(&headers);
    let (wish, until) = (wish(found.kind, language), notices::moment(found.hold_until.unwrap_or_default()));
    let input = |label| [Input { kind: InputKind::Text, name: "reason", label, value: "" }];
    Ok(match language {
        Language::English => HtmlPage::new(language, "Object to a ticket")
            .paragraph(&format!("Somebody asked by a ticket for {wish} on your account. It was approved and will be done after {until}."))
            .paragraph("If you object, the reviewers look at it again and decide with your objection in sight. Until then nothing changes.")
            .form(&input("Why, if you like"), "Object"),
        Language::Chinese => HtmlPage::new(language, "对工单提出异议")
            .paragraph(&format!("有人通过工单申请为您的账号{wish}，申请已批准，将在 {until} 之后执行。"))
            .paragraph("如果您提出异议，审核人员将在知悉异议的情况下重新审核并作出决定。在此之前不会有任何更改。")
            .form(&input("理由（可选）"), "提出异议"),
    })
}

#[derive(Deserialize)]
pub(super) struct Objection {
    #[serde(default)]
    reason: String,
}

/// Objects, once.
#[utoipa::path(post, path = "/objections/{token}", tag = "links", params(("token" = String, Path)),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "What was done", content_type = "text/html", body = String),
        Refusals, (status = 410, description = "The link is over", content_type = "text/html", body = String)))]
#[tracing::instrument(skip_all)]
pub(super) async fn act(
    State(center): State<Shared>,
    peer: Peer,
    headers: HeaderMap,
    Named(token): Named<String>,
    Form(form): Form<Objection>,
) -> Result<HtmlPage, Refusal> {
    let given = form.reason.trim();
    let why = if given.is_empty() { None } else { Some(reason(given, "/reason")?) };
    let mut tx = center.begin().await?;
    match hold::object(&mut tx, &center, &token, why.as_deref(), peer).await {
        Ok(_) => tx.commit().await?,
        Err(refusal) if matches!(refusal.code(), ErrorCode::LinkEnded | ErrorCode::Changed) => {
            return Ok(HtmlPage::link_ended(&headers));
        }
        Err(refusal) => return Err(refusal),
    }
    let language = accepted(&headers);
    Ok(match language {
        Language::English => HtmlPage::new(language, "Your objection stands")
            .paragraph("The ticket is not executed now. Reviewers look at it again and decide with your objection in sight.")
            .paragraph("If somebody else may know your password, sign in now and choose a new one."),
        Language::Chinese => HtmlPage::new(language, "已收到您的异议")
            .paragraph("工单暂不执行。审核人员将在知悉异议的情况下重新审核并作出决定。")
            .paragraph("如果他人可能知道您的密码，请立即登录并更换。"),
    })
}
