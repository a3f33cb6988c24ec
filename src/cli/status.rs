//! The exit statuses, the same for every command.

/// All is done, and there is nothing to say.
pub const FINE: u8 = 0;

/// The input has errors, or `diff` found a difference.
pub const AT_FAULT: u8 = 1;

/// The command could not run: the call or the environment is at fault.
pub const TROUBLE: u8 = 2;
