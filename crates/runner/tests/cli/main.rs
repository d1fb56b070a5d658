//! The program as its users meet it: arguments in; exit code, standard output, standard error and files out.
//!
//! What is expected comes from outside: closed forms, published values, or a recomputation written here that shares no
//! code with the program. One binary, so that the suite links once. What it does not establish: that the measurements
//! are those of their papers, how figures look, and how long anything takes.

mod bad_input;
mod catalogue;
mod commands;
mod concepts;
mod contract;
mod determinism;
mod fraction;
mod general_sum;
mod noise;
mod selection;
mod support;
mod sweep_keys;
mod verify;
mod warnings;
