//! Port numbers.

use std::fmt;

/// A port number from 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(u16);

/// A number that is no port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortError {
    /// The number that was given.
    pub number: i64,
}

impl Port {
    /// Checks a port number.
    ///
    /// # Errors
    ///
    /// [`PortError`] unless the number is from 1 to 65535.
    pub fn new(number: i64) -> Result<Self, PortError> {
        match u16::try_from(number) {
            Ok(port) if port > 0 => Ok(Self(port)),
            Ok(_) | Err(_) => Err(PortError { number }),
        }
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Port {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for PortError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a port is from 1 to 65535, found {}", self.number)
    }
}

impl std::error::Error for PortError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_from_1_to_65535() {
        assert_eq!(Port::new(65_535).map(Port::number), Ok(65_535));
        for number in [0, -1, 65_536, i64::MAX] {
            assert_eq!(Port::new(number), Err(PortError { number }));
        }
    }
}
