//! The databases that are measured.

use sqlx::Connection as _;

/// Which.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// The variable that names a PostgreSQL server: `postgres://user@host:port`, without a database.
const SERVER: &str = "TESSERA_TEST_POSTGRES";

impl Kind {
    /// Those that can be measured here.
    pub(crate) fn at_hand() -> Vec<Self> {
        if std::env::var(SERVER).is_ok() {
            vec![Self::Sqlite, Self::Postgres]
        } else {
            println!(
                "skipped: PostgreSQL, for {SERVER} names no server (cargo xtask bench center starts one)"
            );
            vec![Self::Sqlite]
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// One database, not there before.
pub(crate) struct Database {
    pub(crate) kind: Kind,
    pub(crate) url: String,
}

impl Database {
    /// In this folder, or on the server that the environment names.
    pub(crate) async fn make(kind: Kind, folder: &std::path::Path, accounts: u32) -> Self {
        let url = match kind {
            Kind::Sqlite => format!("sqlite:{}?mode=rwc", folder.join("center.sqlite").display()),
            Kind::Postgres => {
                let name = format!("tessera_bench_{}_{accounts}", std::process::id());
                on_server(format!("CREATE DATABASE {name}")).await;
                format!("{}/{name}", std::env::var(SERVER).unwrap())
            }
        };
        Self { kind, url }
    }

    /// The path of a SQLite file.
    pub(crate) fn path(url: &str) -> Option<&str> {
        url.strip_prefix("sqlite:")?.split('?').next()
    }

    pub(crate) async fn remove(&self) {
        if self.kind == Kind::Postgres {
            let name = self.url.rsplit('/').next().unwrap();
            on_server(format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn on_server(statement: String) {
    let server = std::env::var(SERVER).unwrap();
    let mut admin = sqlx::PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut admin).await.unwrap();
}
