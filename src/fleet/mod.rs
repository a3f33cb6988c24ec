//! The clusters there are, and the placements that Apps refer to by name.

mod cluster;
mod document;
mod inventory;
mod selection;
mod target;

pub use cluster::ClusterFault;
pub use cluster::read_clusters;
pub use document::Fleet;
pub use document::FleetCluster;
pub use document::schema;
pub use inventory::Inventory;
pub use selection::to_affinity;
