//! The command line of Saddlepoint as a library, so that tests can call its parts.

pub mod figure;
