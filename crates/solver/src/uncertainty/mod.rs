//! Uncertainty: what sampling noise does to the value, to the mixes, and to the promise that a mix makes.
//!
//! The true rates are `A`, and `k` of `n` trials per cell are known ([`saddlepoint_game::noise`]), `Â = k / n`. Whatever is
//! [`Noisy`](saddlepoint_game::noise::Noisy) has answers: a table of counts, a scenario with constraints, budgets, several
//! channels and missing cells.
//!
//! | question | function | answer holds |
//! |---|---|---|
//! | What can be promised? | [`certificate`] | with probability `1 - δ`, for any true rates; conservative |
//! | Which values and mixes are plausible? | [`posterior`] | as a Bayesian statement, under Jeffreys' prior |
//! | Was the mix fitted to noise? | [`split_bracket`] | on average over tables; not a confidence interval |
//! | How much worse than its number is a fitted mix? | [`curse`] | if the table were the truth |
//!
//! The optimiser's curse (Smith and Winkler, "The optimizer's curse", Management Science 52, 2006) has two sides here: the
//! value of `Â` errs in either direction, since a minimum over defences pulls it down and a maximum over attacks up. But
//! the true loss of the mix that is optimal for `Â` is never below the true value.
//!
//! Replicates are solved in bulk ([`crate::batch`]), on several threads, and counted in their order: answers do not depend
//! on the number of threads. An answer after a time limit is that of fewer replicates, and says of how many.

mod certificate;
mod curse;
mod distribution;
mod error;
mod posterior;
mod replicates;
mod sampling;
mod split;

pub use certificate::{NoiseCertificate, certificate};
pub use curse::{Curse, curse};
pub use distribution::{Distribution, LEVELS};
pub use error::UncertaintyError;
pub use posterior::{Posterior, SUPPORT_FLOOR, Support, posterior};
pub use sampling::{MAX_REPLICATES, Sampling};
pub use split::{SplitBracket, split_bracket};
