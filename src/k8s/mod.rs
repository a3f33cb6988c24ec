//! The words of Kubernetes that all else uses: names, quantities, images, selectors, patches, and the fields of its kinds.

pub mod cron;
pub mod fields;
pub mod gvk;
pub mod hash;
pub mod image;
pub mod int_or_string;
pub mod kinds;
pub mod name;
pub mod patch;
pub mod pointer;
pub mod port;
pub mod quantity;
pub mod rules;
pub mod selector;
pub mod tool_annotation;
pub mod validate;
pub mod version;
