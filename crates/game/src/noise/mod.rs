//! Sampling noise: rates that are known only from counts, `k` successes of an attack in `n` trials.
//!
//! | symbol | here | meaning |
//! |---|---|---|
//! | `k`, `n` | [`Count`] | successes of the attack and trials of one cell; `n` printed by the source, or assumed |
//! | `K` | [`Tally`] | counts, of whatever a game is built from: a [`Noisy`] thing |
//! | `K` | [`Counts`] | the plainest of those: attacks × defences, one [`Cell`] each |
//! | `U`, `L` | [`Tally::limits`] | Clopper-Pearson limits: with probability `1 - δ` no true rate is beyond its own |
//! | `A ~ Beta` | [`Tally::posterior`] | rates drawn from the posterior of each cell |
//! | `K'` | [`Tally::repeated`] | the table measured again, were its rates the true ones |
//! | `K1 + K2 = K` | [`Tally::halves`] | the trials of each cell dealt into two halves |
//!
//! A cell that nobody measured has bounds that the caller states; nothing is put in its place silently. All draws of a
//! replicate come from one [`Stream`], which is a function of a seed and the number of the replicate alone.
//!
//! All of this takes the cells as independent and the trials of a cell as alike. In most published tables the cells of a
//! row share their prompts: the limits hold nevertheless (they need no independence between cells), draws are a model.

mod count;
mod counts;
mod draws;
mod error;
mod interval;
mod limits;
mod stream;
mod tail;
mod tally;

pub use count::{Count, MAX_TRIALS, Origin};
pub use counts::{Cell, Counts};
pub use error::NoiseError;
pub use interval::Interval;
pub use limits::Side;
pub use stream::Stream;
pub use tally::{GRID_BITS, Noisy, Tally};
