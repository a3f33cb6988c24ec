//! Karmada's own objects, and what Karmada does with them.

pub mod admission;
pub mod admit;
pub mod affinity;
pub mod canonical;
pub mod cluster;
pub mod dependencies;
pub mod dispenser;
pub mod division;
pub mod go_yaml;
pub mod gosort;
pub mod namespace;
pub mod overrides;
pub mod policy;
pub mod render;
pub mod replicas;
pub mod schedule;
pub mod selector;
pub mod typed;
pub mod union;
pub mod version;
