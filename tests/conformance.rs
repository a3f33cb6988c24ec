//! Every vector of Karmada's own answers. The folder comes from `PELAGO_VECTORS`, else it is `fixtures/conformance`.

mod admit;
mod claims;
mod deps;
mod gosort;
mod images_override;
mod images_parse;
mod overrides;
mod render;
mod replicas;
mod schedule;
pub(crate) mod vectors;
mod yaml;
