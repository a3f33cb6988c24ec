//! Pelago compiles one short App document into a Karmada bundle, and shows what Karmada will do with it.

pub mod bundle;
pub mod cli;
pub mod compile;
pub mod diagnostic;
pub mod diff;
pub mod discover;
pub mod document;
pub mod emit;
pub mod error;
pub mod expression;
pub mod fleet;
pub mod ir;
pub mod k8s;
pub mod karmada;
pub mod lower;
pub mod parse;
pub mod report;
pub mod resolve;
pub mod schema;
pub mod source;
pub mod spec;
pub mod system;
pub mod tree;
pub mod validate;
pub mod write;
pub mod yaml;
