//! Pelago compiles one short App document into a Karmada bundle, and shows what Karmada will do with it.
//!
//! # As a library
//!
//! Nothing needs a disk or a process: a [`system::System`] says which files there are, and [`system::Memory`] keeps them in
//! memory. [`compile::compile`] makes the bundle of each App. [`compile::assemble`] puts bundles and hand-written policies on one
//! control plane, and reads the clusters; [`preview::preview`] then tells where everything goes, and
//! [`render::render`] what each cluster receives.
//!
//! ```
//! use pelago::compile::Request;
//! use pelago::compile::assemble;
//! use pelago::preview::Options;
//! use pelago::preview::preview;
//! use pelago::system::Memory;
//!
//! let app = "
//! apiVersion: pelago.dev/v1alpha1
//! kind: App
//! metadata: {name: web, namespace: shop}
//! spec:
//!   deployment:
//!     replicas: 6
//!     containers: {web: {image: registry.example.com/shop/web:1.4.2}}
//!   placement:
//!     strategy: StaticWeight
//!     weights: [{clusters: [eu-1], weight: 2}, {clusters: [us-1], weight: 1}]
//! ";
//! let fleet = "
//! apiVersion: pelago.dev/v1alpha1
//! kind: Fleet
//! metadata: {name: production}
//! spec: {clusters: {eu-1: {}, us-1: {}}}
//! ";
//! let mut system = Memory::default();
//! system.files.insert("app.yaml".into(), app.into());
//! system.files.insert("fleet.yaml".into(), fleet.into());
//! let request =
//!     Request { paths: vec!["app.yaml".into()], fleet: Some("fleet.yaml".into()), ..Request::default() };
//!
//! let assembly = assemble(&request, &system)?;
//! assert_eq!(assembly.diagnostics, []);
//! let inventory = assembly.inventory.ok_or("the request names a fleet")?;
//! let preview = preview(&assembly.plane, &inventory, &Options::default());
//!
//! let mut lines = Vec::new();
//! for object in &preview.objects {
//!     for (cluster, replicas) in object.replicas() {
//!         lines.push(format!("{}: {replicas} on {cluster}", object.key.name));
//!     }
//! }
//! assert_eq!(lines, ["web: 4 on eu-1", "web: 2 on us-1"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod admit;
pub mod bundle;
pub mod cli;
pub mod compile;
pub mod control_plane;
pub mod diagnostic;
pub mod diff;
pub mod discover;
pub mod document;
pub mod emit;
pub mod error;
pub mod expression;
pub mod fleet;
pub mod forecast;
pub mod import;
pub mod ir;
pub mod k8s;
pub mod karmada;
pub mod krm;
pub mod lint;
pub mod lower;
pub mod parallel;
pub mod parse;
pub mod preview;
pub mod raise;
pub mod render;
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
