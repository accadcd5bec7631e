//! `GET /v1/account` against the same query through the bare driver.

use std::time::Duration;

use crate::bare::IN_PLACE;
use crate::client::{Client, ask_all, get};
use crate::database::Kind;
use crate::people::People;
use crate::result::{Goal, Results};
use crate::server::Server;
use crate::turns::{in_turn, ratio, seconds};

/// At least so much of the bare driver's rate.
const GOAL: Goal = Goal::AtLeast(0.8);
/// With many accounts at most so much slower than with few.
const GROWTH: Goal = Goal::AtMost(1.2);

/// One way to be answered: a server, its path, and whose sessions ask.
struct Way<'a> {
    server: &'a Server,
    path: &'static str,
    people: &'a People,
}

impl Way<'_> {
    /// The requests of one turn. Each way meets the same people in the same order.
    fn requests(&self, turn: usize, reads: usize) -> Vec<Vec<u8>> {
        let people = self.people.some(turn * reads, reads).into_iter();
        people.map(|number| get(self.path, &People::token(number))).collect()
    }
}

pub(crate) fn measure(both: [&People; 2], rounds: usize, reads: usize, results: &mut Results) {
    let kind = both[0].database.kind;
    let servers = both.map(|people| (Server::center(people, &[]), Server::bare(people)));
    let mut ways = Vec::new();
    for ((center, bare), people) in servers.iter().zip(both) {
        ways.push(Way { server: center, path: "/v1/account", people });
        ways.push(Way { server: bare, path: "/v1/account", people });
        if kind == Kind::Sqlite {
            ways.push(Way { server: bare, path: IN_PLACE, people });
        }
    }
    let each = ways.len() / 2;
    for (at_once, how) in [(8, "eight at once"), (1, "one after another")] {
        let mut spent = vec![Duration::ZERO; ways.len()];
        let times = {
            let mut runs: Vec<_> = ways
                .iter()
                .zip(&mut spent)
                .map(|(way, spent)| {
                    let mut clients = Client::several(way.server.address, at_once);
                    let mut turn = 0;
                    move || {
                        let before = way.server.cpu();
                        ask_all(&mut clients, &way.requests(turn, reads));
                        turn += 1;
                        *spent +=
                            way.server.cpu().zip(before).map_or(Duration::ZERO, |(now, then)| now - then);
                    }
                })
                .collect();
            let mut runs: Vec<&mut dyn FnMut()> =
                runs.iter_mut().map(|run| run as &mut dyn FnMut()).collect();
            in_turn(rounds, &mut runs)
        };
        let rate = |place: usize| reads as f64 / seconds(&times[place]);
        let cpu = |place: usize| spent[place].as_secs_f64() * 1e6 / ((rounds + 1) * reads) as f64;
        for (place, way) in ways.iter().enumerate() {
            let (center, within) = (place / each * each, place % each);
            if within == 0 {
                continue;
            }
            let driver = if way.path == IN_PLACE { "rusqlite in place" } else { "the bare driver" };
            let what = format!("{}, {} accounts: reads, {how}, to {driver}", kind.name(), way.people.many);
            let goal = if at_once > 1 && way.path != IN_PLACE { GOAL } else { Goal::Told };
            let behind = format!(
                "{:.0} and {:.0} a second; {:.0} and {:.0} µs of CPU each",
                rate(center),
                rate(place),
                cpu(center),
                cpu(place)
            );
            results.tell(what, ratio(&times[place], &times[center]), goal, &behind);
        }
        // A read that pages in from a file of a gigabyte is slower for everybody: the driver's own growth stands beside it.
        for (within, of, goal) in [(0, "a read", GROWTH), (1, "the bare driver's", Goal::Told)] {
            let (few, many) = (within, each + within);
            let what =
                format!("{}: {of} among {} to one among {}, {how}", kind.name(), both[1].many, both[0].many);
            let behind = format!("{:.0} and {:.0} a second", rate(many), rate(few));
            results.tell(what, ratio(&times[many], &times[few]), goal, &behind);
        }
    }
}
