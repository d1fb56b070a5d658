//! The figures of a results folder: drawn from the numbers beside them, and from nothing else.
//!
//! [`draw`] turns a table ([`Numbers`]) into the text of an SVG, [`rasterise`] turns that text into a PNG. Both are pure:
//! the same input gives the same bytes, and nothing is read, written or printed.
//!
//! A figure is one column of a paper wide (8.5 cm, said in millimetres in the SVG) with text of at least 6.5 pt at that
//! size. Colours are those of Okabe and Ito, which readers with a colour vision deficiency can tell apart. Text stays text,
//! set in `DejaVu Sans`. A name that does not fit is shortened with `…`, never two names to the same text; the full name is
//! then in the `<desc>` element of the SVG.
//!
//! | kind | columns |
//! |---|---|
//! | `allocation` | `x,value,lower,upper,defence:NAME,…`, a row per point |
//! | `attack-mix` | `x,value,lower,upper,attack:NAME,…`, a row per point |
//! | `frontier` | `x,value,lower,upper,pure,visible`, a row per point |
//! | `lines` | `x` and for each line `value:NAME,lower:NAME,upper:NAME`, a row per point |
//! | `payoffs` | `attack,defence,lower,upper,attack_probability,defence_probability`, a row per cell |
//! | `bars` | `label,value,lower,upper,pure` and perhaps `group`, a row per setting, in order |
//! | `transfer` | `tuned_on,tested_on,loss,regret`, a row per cell |
//! | `uncertainty` | `quantity,kind,low,mid,high`, a row per quantity; `kind` is `estimate`, `posterior`, `bracket` or `certificate` |
//! | `ranking` | `label,score,standard_error`, a row per entry, in any order |
//!
//! Other columns are ignored. A cell of `value`, `lower`, `upper`, `pure`, `visible`, `loss`, `regret`, `low`, `mid`, `high`
//! and `standard_error` may be empty: nothing is drawn there. The probabilities of a point are all given or all empty.

mod bars;
mod canvas;
mod cells;
mod curves;
mod draw;
mod error;
mod font;
mod frame;
mod frontier;
mod inside;
mod lines;
mod matrix;
mod numbers;
mod palette;
mod payoffs;
mod png;
mod ranking;
mod rows;
mod scale;
mod series;
mod stack;
mod text;
mod transfer;
mod uncertainty;

pub use draw::{Labels, draw};
pub use error::FigureError;
pub use matrix::MOST as MATRIX_MOST;
pub use numbers::Numbers;
pub use png::rasterise;
