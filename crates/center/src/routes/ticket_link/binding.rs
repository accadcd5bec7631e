//! `GET` and `POST /ticket-links/{token}`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tessera_center_api::account::Language;
use tessera_center_api::{ErrorCode, Hidden};

use super::wish;
use crate::http::{Form, HtmlPage, Input, InputKind, Named, Peer, Refusal, Refusals, Shared, accepted};
use crate::rules::second_factor::plain_code;
use crate::rules::ticket::binding::{self, Opened};

/// Asks for the password. Changes nothing.
#[utoipa::path(get, path = "/ticket-links/{token}", tag = "links", params(("token" = String, Path)),
    responses((status = 200, description = "What the link does", content_type = "text/html", body = String),
        Refusals, (status = 410, description = "The link is over", content_type = "text/html", body = String)))]
#[tracing::instrument(skip_all)]
pub(super) async fn show(
    State(center): State<Shared>,
    headers: HeaderMap,
    Named(token): Named<String>,
) -> Result<HtmlPage, Refusal> {
    let mut tx = center.read().await?;
    let Some(found) = binding::bindable(&mut tx, &center, &token).await? else {
        return Ok(HtmlPage::link_ended(&headers));
    };
    let language = accepted(&headers);
    let wish = wish(found.kind, language);
    Ok(ask_password(
        match language {
            Language::English => HtmlPage::new(language, "Your ticket was executed")
                .paragraph(&format!("This page binds {wish} to your account. Your password stays as it is.")),
            Language::Chinese => HtmlPage::new(language, "您的工单已执行")
                .paragraph(&format!("此页面用于为您的账号{wish}。您的密码不会改变。")),
        },
        language,
    ))
}

fn ask_password(page: HtmlPage, language: Language) -> HtmlPage {
    let (label, button) = match language {
        Language::English => ("Password of the account", "Go on"),
        Language::Chinese => ("账号密码", "继续"),
    };
    page.form(&[Input { kind: InputKind::Password, name: "password", label, value: "" }], button)
}

/// What the page's forms send: first the password, then two codes.
#[derive(Deserialize)]
pub(super) struct Step {
    #[serde(default)]
    password: Hidden,
    #[serde(default)]
    flow: Hidden,
    #[serde(default)]
    secret: Hidden,
    #[serde(default)]
    first: Hidden,
    #[serde(default)]
    second: Hidden,
}

/// Takes the password, then, for a device, two codes.
#[utoipa::path(post, path = "/ticket-links/{token}", tag = "links", params(("token" = String, Path)),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "What was done, or the next step", content_type = "text/html", body = String),
        Refusals, (status = 410, description = "The link is over", content_type = "text/html", body = String)))]
#[tracing::instrument(skip_all)]
pub(super) async fn act(
    State(center): State<Shared>,
    peer: Peer,
    headers: HeaderMap,
    Named(token): Named<String>,
    Form(step): Form<Step>,
) -> Result<HtmlPage, Refusal> {
    let language = accepted(&headers);
    // All are judged by the rule; the flow and the secret go back to the page that they came from.
    let (flow, secret) = (step.flow.expose_secret(), step.secret.expose_secret());
    let result = if flow.is_empty() {
        binding::open(&center, &token, step.password.expose_secret(), peer).await
    } else {
        let codes = [plain_code(step.first.expose_secret()), plain_code(step.second.expose_secret())];
        binding::bind_device(&center, flow, [&codes[0], &codes[1]], peer).await.map(|()| Opened::Bound)
    };
    let said = |english: &str, chinese: &str| match language {
        Language::English => english.to_owned(),
        Language::Chinese => chinese.to_owned(),
    };
    match result {
        Ok(Opened::Bound) => Ok(HtmlPage::new(language, &said("Done", "已完成")).paragraph(&said(
            "It is bound to your account, and every address was told. You can close this page and sign in.",
            "已绑定到您的账号，所有地址均已收到通知。您可以关闭此页面并登录。",
        ))),
        Ok(Opened::Device { flow, secret, .. }) => Ok(ask_codes(
            HtmlPage::new(language, &said("Bind the new device", "绑定新设备")),
            language,
            &flow.expose_secret(),
            &secret,
        )),
        Err(refusal) => match refusal.code() {
            ErrorCode::LinkEnded => Ok(HtmlPage::link_ended(&headers)),
            ErrorCode::WrongCredentials => Ok(ask_password(
                HtmlPage::new(language, &said("The password is wrong", "密码错误"))
                    .paragraph(&said("After five wrong ones the link is over.", "错误五次后链接将失效。")),
                language,
            )
            .status(StatusCode::UNAUTHORIZED)),
            ErrorCode::WrongCode => Ok(ask_codes(
                HtmlPage::new(language, &said("These are not two codes in a row", "不是两个连续的验证码")),
                language,
                flow,
                secret,
            )
            .status(StatusCode::FORBIDDEN)),
            _ => Err(refusal),
        },
    }
}

fn ask_codes(page: HtmlPage, language: Language, flow: &str, secret: &str) -> HtmlPage {
    let (about, first, second, button) = match language {
        Language::English => (
            "Add this secret to your authenticator, then type a code and the one that follows it. The old devices are unbound in the same step.",
            "A code",
            "The code after it",
            "Bind",
        ),
        Language::Chinese => (
            "请将以下密钥添加到您的身份验证器，然后输入一个验证码和紧接着的下一个。旧设备将同时解绑。",
            "验证码",
            "下一个验证码",
            "绑定",
        ),
    };
    let inputs = [
        Input { kind: InputKind::Hidden, name: "flow", label: "", value: flow },
        Input { kind: InputKind::Hidden, name: "secret", label: "", value: secret },
        Input { kind: InputKind::Code, name: "first", label: first, value: "" },
        Input { kind: InputKind::Code, name: "second", label: second, value: "" },
    ];
    page.paragraph(about).paragraph(secret).form(&inputs, button)
}
