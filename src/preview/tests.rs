//! The phase against whole previews.
