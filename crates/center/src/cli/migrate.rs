//! `tessera-center migrate`

use tessera_center::Config;
use tessera_center::store::schema_version;

use super::{Outcome, open};

pub(super) async fn run(config: Config) -> Outcome {
    let center = open(config).await?;
    println!("The database is at schema {}, the newest that this version knows.", schema_version());
    center.db.close().await;
    Ok(())
}
