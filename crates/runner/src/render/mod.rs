//! Human-readable forms: diagnostics and tables.

mod answer;
mod diagnostic;
mod table;

pub use answer::{answer, answer_csv};
pub use diagnostic::{diagnostic, error_line};
pub use table::{Align, Table, csv, number};
