//! Propagation policies in the words of an App: the inverse of what a build makes of `placement` and `propagation`.

mod placement;
mod propagation;
mod selector;
mod unsayable;

pub(super) use placement::is_fixed;
pub use propagation::RaisedPropagation;
pub use propagation::Subject;
pub use propagation::raise_propagation;
pub use selector::raise_targets;
pub use unsayable::Outcome;
pub use unsayable::Reason;
pub use unsayable::Remark;
pub use unsayable::Unsayable;
