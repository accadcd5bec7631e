//! Logins with the right password against bare Argon2id.

use serde_json::json;

use crate::bare;
use crate::client::{Client, ask_all, post};
use crate::people::{PASSWORD, People};
use crate::result::{Goal, Results};
use crate::server::Server;
use crate::turns::{in_turn, ratio, seconds};

/// Logins of one turn, for each core.
const EACH: usize = 12;
/// Clients for each core: enough that none of them waits for work.
const CLIENTS: usize = 4;
/// At least so much of the bare rate.
const GOAL: Goal = Goal::AtLeast(0.9);
/// With many accounts at most so much slower than with few.
const GROWTH: Goal = Goal::AtMost(1.2);

pub(crate) fn measure(few: &People, many: &People, rounds: usize, results: &mut Results) {
    let name = few.database.kind.name();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let servers = [few, many].map(|people| (Server::center(people, &[]), people));
    let before = servers.each_ref().map(|(server, _)| server.cpu());
    let login = |(server, people): &(Server, &People)| {
        let mut clients = Client::several(server.address, cores * CLIENTS);
        let (people, mut turn) = (people.some(0, (rounds + 1) * EACH * cores), 0);
        move || {
            let requests: Vec<Vec<u8>> = people[turn * EACH * cores..(turn + 1) * EACH * cores]
                .iter()
                .map(|&number| {
                    let body =
                        json!({ "name": People::email(number), "password": PASSWORD, "device": "bench" });
                    post("/v1/login", &body)
                })
                .collect();
            turn += 1;
            ask_all(&mut clients, &requests);
        }
    };
    let mut bare = || bare::argon2(cores, EACH);
    let (mut with_few, mut with_many) = (login(&servers[0]), login(&servers[1]));
    let times = in_turn(rounds, &mut [&mut with_few, &mut with_many, &mut bare]);
    let rate = |place: usize| EACH as f64 / seconds(&times[place]);
    for (place, (server, people)) in servers.iter().enumerate() {
        let mut behind = format!("{:.1} and {:.1} a second and core", rate(place), rate(2));
        if let (Some(from), Some(to)) = (before[place], server.cpu()) {
            let each = (to - from).as_secs_f64() * 1e3 / ((rounds + 1) * EACH * cores) as f64;
            behind += &format!("; {each:.1} ms of CPU each");
        }
        let what = format!("{name}, {} accounts: logins to bare Argon2id", people.many);
        results.tell(what, ratio(&times[2], &times[place]), GOAL, &behind);
    }
    let what = format!("{name}: a login among {} to one among {}", many.many, few.many);
    let behind = format!("{:.1} and {:.1} a second and core", rate(1), rate(0));
    results.tell(what, ratio(&times[1], &times[0]), GROWTH, &behind);
}
