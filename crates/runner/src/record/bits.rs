//! The key `bits`: the answer as a channel.

use saddlepoint_game::rational::{to_f64, to_fraction};
use serde_json::{Map, Value, json};

use crate::answer::{Basis, BitsAnswer};

/// - `benign`: the rate, `"per defence"` or `"unknown"` (then the ends are those of 0 and of half the success);
/// - `uses`;
/// - for the concept, `visible` and `pure`: `advantage` and its fractions, `bits_per_use` (Bayes capacity), `bits` over all
///   uses, `shannon_per_use`; each `[least, most]`, equal where nothing is open. `refused` with the reason in their place.
pub(super) fn value(bits: &BitsAnswer) -> Value {
    let mut record = Map::new();
    let benign = match &bits.basis {
        Basis::Rate(rate) => json!(to_f64(rate)),
        Basis::PerDefence => json!("per defence"),
        Basis::Unknown => json!("unknown"),
        Basis::Membership => json!("membership"),
    };
    record.insert("benign".to_owned(), benign);
    record.insert("uses".to_owned(), json!(bits.uses));
    for (name, found) in &bits.channels {
        let channel = match found {
            Ok(ends) => json!({
                "advantage": ends.advantage.each_ref().map(to_f64),
                "advantage_exact": ends.advantage.each_ref().map(to_fraction),
                "bits_per_use": ends.bits,
                "bits": ends.bits.map(|bits_per_use| bits_per_use * bits.uses),
                "shannon_per_use": ends.shannon,
            }),
            Err(reason) => json!({ "refused": reason }),
        };
        record.insert((*name).to_owned(), channel);
    }
    record.into()
}
