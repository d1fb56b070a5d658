//! Two hundred thousand small games of every family: no answer wrong, none missing.
//!
//! `scripts/stress` plays millions more. Counts per family: `cargo test -p saddlepoint-solver --test stress -- --nocapture`.
#![allow(clippy::print_stdout)] // The counts are the point.

#[path = "support/stress.rs"]
mod stress;

use stress::{Options, run, table};

/// Games of all shards together.
const GAMES: u64 = 200_000;

/// Threads, each with its own games.
const SHARDS: u64 = 2;

#[test]
fn no_answer_is_wrong_or_missing() {
    let shard = |shard| {
        move || {
            run(&Options { games: GAMES, shard: (shard, SHARDS), largest: 12, seed: 0 }, |fault| println!("{fault}"))
        }
    };
    let threads: Vec<_> = (0..SHARDS).map(|k| std::thread::spawn(shard(k))).collect();
    let tallies: Vec<_> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
    let (text, passed) = table(&tallies);
    println!("{text}");
    assert!(passed, "{text}");
    assert_eq!(tallies.iter().flatten().map(|(_, tally)| tally.games).sum::<u64>(), GAMES);
}
