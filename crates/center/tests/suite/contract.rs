//! The contract says what the routes take.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let inside = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn every_route_that_takes_an_idempotency_key_says_so() {
    let mut takers = 0;
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes")) {
        let source = fs::read_to_string(&path).unwrap();
        let takes = source.matches("key: IdempotencyKey,").count();
        let says = source.matches(r#"("Idempotency-Key" = Option<String>, Header)"#).count();
        assert_eq!(takes, says, "{}", path.display());
        takers += takes;
    }
    let contract = tessera_center::openapi().to_json().unwrap();
    assert_eq!(contract.matches(r#""name":"Idempotency-Key""#).count(), takers);
    assert!(takers > 20, "{takers}");
}
