//! YAML in and out: reads what `kubectl` reads, with spans, and writes text that every reader takes alike.
//!
//! The reader refuses, with a reason, what `kubectl` loses in silence. Text form of output is decided here only.

mod ambiguous;
mod build;
mod compact;
mod document_stream;
mod events;
mod fault;
mod indentation;
#[cfg(test)]
mod laws;
mod locate;
mod mapping;
mod merge;
mod node;
mod quote;
mod read;
mod resolve;
mod timestamp;
mod write;

pub use ambiguous::is_ambiguous;
pub use compact::Layout;
pub use compact::write_compact;
pub use document_stream::is_unsafe;
pub use fault::Fault;
pub use fault::FaultKind;
pub use fault::Unrepresentable;
pub use locate::locate;
pub use mapping::Entry;
pub use mapping::Mapping;
pub use node::Document;
pub use node::Node;
pub use node::Scalar;
pub use node::Style;
pub use node::Value;
pub use read::Limits;
pub use read::Stream;
pub use read::read;
pub use write::write;
pub use write::write_stream;
