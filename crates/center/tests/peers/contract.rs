//! The contract, tried by schemathesis: whatever a stranger, an account, a staff member or the holder of an upload's token sends
//! to any of the operations, no answer is a server's error, a status, a media type, a header or a shape that the contract has
//! not, and nothing that is protected answers without its token.
//!
//! `TESSERA_CONTRACT_EXAMPLES` says how much is guessed for each operation, beside what schemathesis tries of every shape in any
//! case; `TESSERA_CONTRACT_SEED` repeats a run; it is printed.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use reqwest::Method;
use serde_json::{Value, json};

use crate::desk::{self, Desk};
use crate::peer::{self, script};
use crate::program::{Program, Server};
use crate::secrecy::Secrets;

/// Guesses for each operation, without anything named: some two minutes on two cores.
const EXAMPLES: u64 = 12;
/// What is checked of each answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,ignored_auth";
/// And of a stranger's, who has the whole contract: what it does not name is no method of an address.
const OF_THE_WHOLE: &str = ",unsupported_method";

/// Who asks.
struct Caller {
    name: &'static str,
    /// As the contract calls what protects the operations; all of them for a stranger.
    security: Option<&'static str>,
    given: Value,
}

/// How much is tried, and how it is repeated.
#[derive(Clone, Copy)]
struct Extent {
    examples: u64,
    seed: u64,
}

/// The contract with those operations alone that this security protects, but for the one that ends a token which cannot be had
/// anew at once.
fn narrowed(contract: &Value, security: Option<&str>) -> Value {
    let mut contract = contract.clone();
    let Some(security) = security else { return contract };
    let paths = contract["paths"].as_object_mut().unwrap();
    for (path, operations) in paths.iter_mut() {
        operations.as_object_mut().unwrap().retain(|method, operation| {
            let protected = operation["security"].as_array();
            let own = protected.is_some_and(|all| all.iter().any(|one| one.get(security).is_some()));
            own && !(path == "/v1/staff/session" && method == "delete")
        });
    }
    paths.retain(|_, operations| !operations.as_object().unwrap().is_empty());
    contract
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

/// Runs schemathesis as one caller; gives what it said, where it found something or did not try everything.
fn tried(
    python: &Path,
    base: &str,
    caller: &Caller,
    contract: &Value,
    Extent { examples, seed }: Extent,
) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.json");
    let contract = narrowed(contract, caller.security);
    let operations: usize =
        contract["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    std::fs::write(&file, contract.to_string()).unwrap();
    let mut given = caller.given.clone();
    given["seed"] = json!(seed);
    let mut command = Command::new(python);
    command.args(["-m", "schemathesis.cli", "--no-color", "run"]).arg(&file).args(["--url", base]);
    // One worker: in Python 3.11 it fails now and then with several.
    let checks = CHECKS.to_owned() + if caller.security.is_none() { OF_THE_WHOLE } else { "" };
    command.args(["--checks", &checks, "--phases", "examples,coverage,fuzzing", "--workers", "1"]);
    command.args([
        "--max-examples",
        &examples.to_string(),
        "--seed",
        &seed.to_string(),
        "--continue-on-failure",
    ]);
    command.args(["--generation-database", "none", "--warnings", "off", "--output-sanitize", "false"]);
    command.args(["--no-shrink", "--suppress-health-check", "all", "--request-timeout", "60"]);
    command.current_dir(folder.path());
    command.env("TESSERA_CONTRACT", given.to_string()).env("PYTHONPATH", script(""));
    command.env("SCHEMATHESIS_HOOKS", "contract_hooks").env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let summary: Vec<_> = said
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("Tested: ") || line.contains(" generated,"))
        .collect();
    eprintln!("    {}: {operations} operations. {}", caller.name, summary.join(". "));
    let all = summary.iter().any(|line| *line == format!("Tested: {operations}"));
    // Its own faults quote whole files.
    let short = |line: &str| line.chars().take(500).collect::<String>();
    (!output.status.success() || !all).then(|| said.lines().map(short).collect::<Vec<_>>().join("\n"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_to_whatever_is_sent_is_in_the_contract() {
    let Some(python) = peer::python() else { return };
    let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let extent = Extent {
        examples: number("TESSERA_CONTRACT_EXAMPLES").unwrap_or(EXAMPLES),
        seed: number("TESSERA_CONTRACT_SEED").unwrap_or(clock.as_secs()),
    };
    eprintln!("    TESSERA_CONTRACT_SEED={} TESSERA_CONTRACT_EXAMPLES={}", extent.seed, extent.examples);
    let mut program = Program::new(Vec::new());
    let invitation = desk::prepare(&mut program);
    // So that the limits of a day are not all that is seen.
    for limit in [
        "CODES_PER_ADDRESS",
        "ANONYMOUS_CODES_PER_ADDRESS",
        "ANONYMOUS_CODES_PER_PEER",
        "WRONG_CODES_PER_DAY",
    ] {
        let name: &'static str = format!("RULES__{limit}").leak();
        program.settings.push((name, "1000000".into()));
    }
    let server = program.serve();
    let secrets = Secrets::default();
    let desk = Desk::open(&program, &server, &invitation, &secrets).await;
    let contract: Value = serde_json::from_str(&program.done(&["openapi"])).unwrap();

    // Things that exist: a draft, a ticket that waits, a document that is whole and one that is not.
    let draft = desk::ticket(&server, &desk, &secrets).await;
    let question = json!({ "statement": { "kind": "question", "subject": "A question", "text": "How?" } });
    let waiting = server.post("/v1/tickets", Some(&desk.applicant), question).await.ok()["id"].clone();
    let path = format!("/v1/tickets/{}/submission", waiting.as_str().unwrap());
    server.post(&path, Some(&desk.applicant), json!({})).await.ok();
    let sessions = server.get("/v1/sessions", &desk.applicant).await.ok();
    let known = json!({
        "ticket": [draft, waiting], "id": [draft, waiting, sessions[0]["id"]], "list_version": [1],
        "login_email": ["bob@example.com"], "kind": ["holding-document-front", "question"],
    });
    let upload = announced(&server, &desk, &draft).await;
    secrets.add(upload["upload"].as_str().unwrap());
    let login = json!({
        "url": format!("{}/v1/login", server.base), "field": "session",
        "body": { "name": "alice@example.com", "password": desk::PASSWORD, "device": "schemathesis" },
    });
    let document = json!({ "document": [upload["document"]], "id": [upload["document"]] });
    let callers = [
        Caller { name: "a stranger", security: None, given: json!({ "known": known }) },
        Caller {
            name: "an account",
            security: Some("session"),
            given: json!({ "known": known, "login": login }),
        },
        Caller {
            name: "a staff member",
            security: Some("staff"),
            given: json!({ "known": known, "token": desk.reviewer }),
        },
        Caller {
            name: "an upload",
            security: Some("upload"),
            given: json!({ "known": document, "token": upload["upload"] }),
        },
    ];
    let found: Vec<String> = std::thread::scope(|scope| {
        let started: Vec<_> = callers
            .iter()
            .map(|caller| {
                (caller.name, scope.spawn(|| tried(&python, &server.base, caller, &contract, extent)))
            })
            .collect();
        let ended = started.into_iter().map(|(name, thread)| (name, thread.join().unwrap()));
        ended.filter_map(|(name, said)| said.map(|said| format!("as {name}:\n{said}"))).collect()
    });
    assert!(found.is_empty(), "TESSERA_CONTRACT_SEED={}\n{}", extent.seed, found.join("\n"));
    assert_eq!(server.ask(Method::GET, "/readyz", None, None).await.status, 204);
    let log = program.logs_without_times();
    let error = log.lines().find(|line| line.contains("\"level\":\"ERROR\""));
    assert_eq!(error, None, "the server logged an error");
    secrets.assert_none_in("a log line", &log);
}

/// Announces a document of this ticket.
async fn announced(server: &Server, desk: &Desk, ticket: &str) -> Value {
    let (sealed, version) = desk::sealed(server, b"a photograph").await;
    let digest = data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(&sealed));
    let body = json!({ "kind": "holding-document-front", "bytes": sealed.len(), "digest": digest, "list_version": version });
    server.post(&format!("/v1/tickets/{ticket}/documents"), Some(&desk.applicant), body).await.ok()
}
