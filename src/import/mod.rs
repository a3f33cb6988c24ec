//! Turns existing objects into Apps: the way back from what a build makes.
//!
//! What an App cannot say stays as it is, as one of `manifests`. Whether the Apps build to the same objects again is for the
//! caller to prove; an object that comes out otherwise gives way to a longer form.

mod carriage;
mod claims;
mod collect;
mod compare;
mod defaults;
mod diagnostics;
mod draft;
mod external;
mod fleet;
mod form;
mod group;
mod leave_out;
mod members;
pub mod overrides;
mod owners;
pub mod policy;
mod references;
mod sort;
mod strip;

pub use claims::Claim;
pub use claims::Policies;
pub use collect::Collection;
pub use collect::Defaults;
pub use collect::Options;
pub use collect::Original;
pub use collect::Secrets;
pub use collect::collect;
pub use compare::normal;
pub use diagnostics::no_object;
pub use draft::Draft;
pub use draft::draft;
pub use fleet::write_fleet;
pub use form::Form;
pub use form::Forms;
pub use group::Group;
pub use leave_out::Reason;
pub use members::Members;
pub use members::collect_members;
pub use sort::Misfits;
pub use sort::Sorted;
pub use sort::sort;

/// The version of the language that is written.
const API_VERSION: &str = "pelago.dev/v1alpha1";
