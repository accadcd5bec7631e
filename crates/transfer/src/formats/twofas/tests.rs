use serde_json::json;
use tessera_otp::{Algorithm, Digits, Generator, Period};
use tessera_testkit::{SeededRng, sample};

use super::*;
use crate::export::Making;
use crate::inspect;
use crate::testing::{NOW, open as open_with, problems};

const SECRET: &str = "GEZDGNBVGY3TQOJQ";

fn look(file: &Value) -> Result<Found, ReadError> {
    inspect(file.to_string().as_bytes(), "", &Answers::at(NOW))
}

fn one(schema: u64, service: &Value) -> Found {
    look(&json!({
        "services": [service], "groups": [{ "id": "g", "name": "Work" }], "updatedAt": 1, "schemaVersion": schema,
    }))
    .unwrap()
}

#[test]
fn schema_1_has_names_and_secrets_alone() {
    let service = json!({
        "name": "Example", "secret": SECRET, "type": "Unknown", "updatedAt": 1,
        "otp": { "account": "alice", "issuer": "Example", "label": "Example:alice" }, "order": { "position": 0 },
    });
    let found = one(1, &service);
    assert_eq!(problems(&found), []);
    let credential = &found.entries[0].entry.credential;
    assert_eq!((credential.issuer.as_str(), credential.account.as_str()), ("Example", "alice"));
    assert_eq!(credential.generator, Generator::default());
}

#[test]
fn schema_2_has_parameters_and_schema_3_types() {
    let mut service = json!({
        "name": "Example", "secret": SECRET, "updatedAt": 1, "groupId": "g",
        "otp": { "label": "Example:alice", "issuer": "Example", "digits": 8, "period": 50, "algorithm": "SHA512" },
    });
    let totp = Generator::Totp {
        algorithm: Algorithm::Sha512,
        digits: Digits::new(8).unwrap(),
        period: Period::new(50).unwrap(),
    };
    let found = one(2, &service);
    assert_eq!(found.entries[0].entry.credential.generator, totp);
    assert_eq!(found.entries[0].entry.credential.account, "alice", "out of the label");
    assert_eq!(found.entries[0].entry.group.as_deref(), Some("Work"));
    service["otp"]["tokenType"] = json!("HOTP");
    service["otp"]["counter"] = json!(41);
    let hotp = one(3, &service).entries[0].entry.credential.generator.clone();
    assert_eq!(hotp.counter(), Some(41));
    service["otp"]["tokenType"] = json!("STEAM");
    assert_eq!(one(4, &service).entries[0].entry.credential.generator, Generator::Steam);
}

#[test]
fn the_name_that_a_person_gave_goes_before_the_issuer() {
    let service = |name: &str, issuer: Value| json!({ "name": name, "secret": SECRET, "otp": { "account": "alice", "issuer": issuer } });
    let issuer = |service: Value| one(4, &service).entries[0].entry.credential.issuer.clone();
    assert_eq!(issuer(service("Mine", json!("Example"))), "Mine");
    assert_eq!(issuer(service("", json!("Example"))), "Example");
    assert_eq!(issuer(service("Mine", Value::Null)), "Mine");
    assert_eq!(issuer(service("alice", json!(""))), "", "what our own export writes");
}

#[test]
fn what_is_wrong_with_a_service_is_a_problem_of_its_own() {
    let good = json!({ "name": "Example", "secret": SECRET, "otp": { "account": "alice" } });
    let bad = |change: fn(&mut Value)| {
        let mut service = good.clone();
        change(&mut service);
        service
    };
    let services = [
        bad(|s| s["secret"] = json!("1")),
        bad(|s| drop(s.as_object_mut().unwrap().remove("secret"))),
        bad(|s| s["otp"] = json!("x")),
        bad(|s| s["otp"]["tokenType"] = json!("FUTURE")),
        bad(|s| s["otp"]["algorithm"] = json!("MD5")),
        bad(|s| s["otp"]["digits"] = json!(99)),
        bad(|s| s["otp"]["period"] = json!("soon")),
        json!(null),
        good.clone(),
    ];
    let found = look(&json!({ "services": services, "schemaVersion": 4 })).unwrap();
    assert_eq!((found.entries.len(), found.problems.len()), (1, 8));
    let mut grouped = good;
    grouped["groupId"] = json!("gone");
    let found = one(4, &grouped);
    assert_eq!(found.entries.len(), 1);
    assert!(found.problems[0].entry_kept);
}

#[test]
fn an_encrypted_backup_says_what_is_wrong_with_it() {
    let password = Password::new("right \u{1F511}");
    let making = Making { now: NOW, password: Some(&password), rng: &mut SeededRng::new(1) };
    let bytes = write::ENCRYPTED.write(&sample::entries(4), making).unwrap();
    let file: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(open_with(&bytes, "right \u{1F511}").unwrap().entries.len(), 4);
    assert_eq!(look(&file).unwrap_err(), ReadError::PasswordNeeded { format: &FORMAT });
    assert_eq!(open_with(&bytes, "wrong").unwrap_err(), ReadError::WrongPassword { format: &FORMAT });
    for sealed in ["", "AAAA", "AAAA:AAAA", "!:AAAA:AAAA", "A:B:C:D"] {
        let mut file = file.clone();
        file["servicesEncrypted"] = json!(sealed);
        let error = open_with(file.to_string().as_bytes(), "right").unwrap_err();
        assert!(matches!(error, ReadError::Damaged { .. }), "{sealed}: {error}");
    }
}

#[test]
fn a_newer_schema_is_refused_in_words() {
    let error = look(&json!({ "services": [], "schemaVersion": 5 })).unwrap_err();
    assert_eq!(error, ReadError::NewerVersion { format: &FORMAT, found: "5".to_owned(), known: "4" });
    assert!(matches!(
        look(&json!({ "services": {}, "schemaVersion": 4 })).unwrap_err(),
        ReadError::Damaged { .. }
    ));
    assert_eq!(look(&json!({ "services": [], "schemaVersion": 4 })).unwrap().entries.len(), 0);
}
