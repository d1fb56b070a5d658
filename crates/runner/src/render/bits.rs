//! The answer in bits, in plain words.

use std::fmt::Write;

use super::table::{Align, Table, number};
use crate::answer::{Basis, BitsAnswer};
use saddlepoint_game::rational::to_f64;

/// The section in bits.
pub(super) fn section(bits: &BitsAnswer) -> String {
    let basis = match &bits.basis {
        Basis::Rate(rate) => format!("the bad outcome occurs without attack at a rate of {}", number(to_f64(rate))),
        Basis::PerDefence => "losses beyond the benign rate of each defence".to_owned(),
        Basis::Membership => "membership inference: a blind guess is right half of the time".to_owned(),
        Basis::Unknown => "the benign rate is unknown: from half of the success down to 0".to_owned(),
    };
    let mut page = format!("\nin bits: {basis}; {} uses\n", bits.uses);
    let columns = ["advantage", "bits per use", "bits", "Shannon per use"].map(|name| (name, Align::Right));
    let mut table = Table::new(&[("draw", Align::Left), columns[0], columns[1], columns[2], columns[3]]);
    for (name, found) in &bits.channels {
        match found {
            Ok(ends) => table.row([
                (*name).to_owned(),
                range(ends.advantage.each_ref().map(to_f64)),
                range(ends.bits),
                range(ends.bits.map(|bits_per_use| bits_per_use * bits.uses)),
                ends.shannon.map(range).unwrap_or_default(),
            ]),
            Err(reason) => {
                let _ = writeln!(page, "{name}: no bits: {reason}");
            }
        }
    }
    page.push_str(&table.text());
    page
}

fn range([least, most]: [f64; 2]) -> String {
    if number(least) == number(most) { number(least) } else { format!("{} to {}", number(least), number(most)) }
}
