//! The clusters there are, and the placements that Apps refer to by name.

mod cluster;
mod document;
mod inventory;
mod placements;
mod selection;
mod target;

pub use cluster::ClusterFault;
pub use cluster::read_clusters;
pub use document::Fleet;
pub use document::FleetCluster;
pub use document::schema;
pub use inventory::Inventory;
pub use placements::NamedPlacement;
pub use placements::extend_placement;
pub use placements::link_placements;
pub use placements::unknown_placement;
pub use selection::to_affinity;
