//! Attacks and defences in bits: what an attempt, a mix, a detector or a path lets through.
//!
//! One attempt is a channel in Shannon's sense: the input is benign or one of the attacks, the output is the bad
//! outcome or its absence. The bad outcome occurs with probability `s_a` under attack `a` and `f` without one. Where
//! no attack makes it rarer (`s_a ≥ f` for all `a`), one number governs everything:
//!
//! ```text
//! J   = max_a s_a - f                                       advantage, in [0, 1]
//! C   = log2 Σ_out max_in P(out | in) = log2(1 + J)         Bayes capacity, bits per use, in [0, 1]
//! C_B = B log2(1 + J)                                       B independent uses
//! C_K = log2(1 + K s)                                       K targets, each hit with probability s when it is aimed at
//! C_S = log2(1 + 2^m) + (f h(s) - s h(f)) / J  ≤  C         Shannon capacity, m = (h(f) - h(s)) / J
//! min over mixes of C = log2(1 + v - f)                     v is the value of the game, the draw is hidden
//! C   = log2(1 + Σ_d y_d max_a L[a][d] - f)                 the draw of the mix y is seen
//! J of a path = Π J_i                                       binary stages one after the other, so C ≤ min C_i
//! ```
//!
//! `C` is the most by which one use multiplies the chance to guess anything about the input, in bits, and bounds every
//! leakage of a non-negative gain from above. `C_B` has the form of Shannon and Hartley's law with `S/N = J`, but is no
//! statement about a Gaussian channel, and `J` is no ratio in decibels.
//!
//! | symbol | here | shape | unit, range |
//! |---|---|---|---|
//! | `s_a`, `s` | `success` | one per attack; the largest | probability |
//! | `f` | `benign`, [`BenignRate`] | one, or one per defence | probability, at most every `s_a` |
//! | `J` | [`Advantage`] | one | probability difference, [0, 1] |
//! | `C` | [`Advantage::bits`] | one | bits per use, [0, 1] |
//! | `B` | `uses` | one | uses, at least 0 |
//! | `K` | `targets` | one | count |
//! | `C_S` | [`Attempt::shannon_bits`] | one | bits per use, [0, `C`] |
//! | `h` | - | - | binary entropy, bits |
//! | `L` | [`LossMatrix`](crate::LossMatrix) | attacks × defences | probability of the bad outcome |
//! | `y` | [`MixedStrategy`](crate::MixedStrategy) | one per defence | probability |
//!
//! Probabilities, advantages and shifted games are exact. A logarithm is a double: where no other accuracy is stated,
//! it has a relative error of a few units in the last place, as far as the system's `ln_1p`, `ln` and `exp_m1` are
//! within one; the last digits may therefore differ between systems. Do not add bits of systems measured apart.
//!
//! Sources. Bayes capacity: Smith, "On the Foundations of Quantitative Information Flow", FoSSaCS 2009; Alvim,
//! Chatzikokolakis, Palamidessi, Smith, "Measuring Information Leakage Using Generalized Gain Functions", CSF 2012;
//! Issa, Wagner, Kamath, "An Operational Approach to Information Leakage", IEEE Trans. Inf. Theory 66, 2020. Binary
//! channels and cascades: Silverman, "On Binary Channels and Their Cascades", IRE Trans. Inf. Theory 1(3), 1955.
//! Capacity as an iteration, which the tests use: Blahut, Arimoto, IEEE Trans. Inf. Theory 18, 1972.
//! [`Axes`], [`Bandwidth`] and [`KillRule`] are our reading of the picture `C = B log2(1 + S/N)` in "SoK: The
//! Security-Safety Continuum of Multimodal Foundation Models" (arXiv 2411.11195); no number of theirs is the paper's.
//!
//! # Examples
//! A tool-calling agent obeys injected instructions in 5.69 % of the attempts behind a tool filter (Yu et al., arXiv
//! 2601.04795, Table 5). Whether it ever does so unprompted was not measured, so both ends of an assumption are given.
//! ```
//! use saddlepoint_game::bits::{Attempt, BenignRate, BitsError};
//! use saddlepoint_game::rational::parse;
//!
//! let success = parse("0.0569")?;
//! let bits = |benign: &_| Ok(Attempt::new(&[success.clone()], benign)?.advantage().bits());
//! assert_eq!(BenignRate::Unknown.ends(bits), Err(BitsError::UnknownBenignRate));
//! let (least, most) = BenignRate::up_to_half(&success)?.ends(bits)?.range();
//! assert_eq!(format!("{least:.6} {most:.6}"), "0.040472 0.079839");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod advantage;
mod attempt;
mod axes;
mod bandwidth;
mod benign;
mod cascade;
mod detector;
mod error;
mod game;
mod kill;
mod leakage;
mod logarithm;

pub use advantage::{Advantage, harm_within, targeted_bits};
pub use attempt::Attempt;
pub use axes::{Axes, Axis, Move};
pub use bandwidth::{Bandwidth, allowed_bits, entropy_bits};
pub use benign::{BenignRate, Ends};
pub use cascade::{parallel, series};
pub use detector::Detector;
pub use error::BitsError;
pub use game::{excess_losses, hidden_draw, visible_draw};
pub use kill::KillRule;
pub use leakage::{leakage_bits, membership};
