//! `saddlepoint`: solve and simulate attacker-defender games from the command line.

fn main() {}
