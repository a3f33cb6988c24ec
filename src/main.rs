//! The `pelago` command.

fn main() {}
