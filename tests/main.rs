//! All tests of the whole, in one binary.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers of tests are not covered by what is allowed in tests"
)]

mod agreement;
mod cli;
mod codes;
mod config;
mod conformance;
mod determinism;
mod editor;
mod features;
mod golden;
mod import;
mod import_effects;
mod import_members;
mod integrations;
mod krm;
mod kubectl;
mod layers;
mod lint;
mod mutations;
mod pipelines;
mod preview;
mod preview_laws;
mod raise_overrides;
mod raise_placement;
mod readme;
mod runs;
mod schemas;
mod support;
mod told;
mod traps;
mod ui;
mod wrap;
