//! Human-readable forms: diagnostics and tables.

mod answer;
mod baselines;
mod bits;
mod diagnostic;
mod further;
mod general_sum;
mod noise;
mod table;

pub use answer::{answer, answer_csv};
pub use diagnostic::{diagnostic, error_line};
pub use general_sum::{general_sum, general_sum_csv};
pub use table::{Align, Table, csv, number};
