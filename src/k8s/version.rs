//! Minor versions of Kubernetes.

use std::fmt;

/// A version of Kubernetes that the tables know: 1.25 to 1.37.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MinorVersion(u16);

/// Some versions of Kubernetes without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionRange {
    /// The first one.
    pub first: MinorVersion,
    /// The last one; it counts.
    pub last: MinorVersion,
}

/// A text that is no version, or one the tables do not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionError {
    /// The text that was given.
    pub text: String,
}

impl MinorVersion {
    /// The first version that the tables know.
    pub const FIRST: Self = Self(25);
    /// The last version that the tables know.
    pub const LAST: Self = Self(37);

    /// Reads `1.33`, `v1.33` or `1.33.2`; a patch version and what follows it do not matter.
    ///
    /// # Errors
    ///
    /// [`VersionError`] for other texts and for versions outside of [`MinorVersion::FIRST`] to [`MinorVersion::LAST`].
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let digits = text.strip_prefix('v').unwrap_or(text).strip_prefix("1.");
        let minor = digits.and_then(|rest| rest.split('.').next()).and_then(parse_digits);
        minor.and_then(Self::from_minor).ok_or_else(|| VersionError { text: text.to_owned() })
    }

    /// The version 1.`minor`, if the tables know it.
    #[must_use]
    pub fn from_minor(minor: u16) -> Option<Self> {
        let version = Self(minor);
        (version >= Self::FIRST && version <= Self::LAST).then_some(version)
    }

    /// The number after `1.`.
    #[must_use]
    pub fn minor(self) -> u16 {
        self.0
    }
}

impl VersionRange {
    /// All versions that the tables know.
    pub const ALL: Self = Self { first: MinorVersion::FIRST, last: MinorVersion::LAST };

    /// Tells whether a version is among these.
    #[must_use]
    pub fn contains(self, version: MinorVersion) -> bool {
        self.first <= version && version <= self.last
    }
}

fn parse_digits(text: &str) -> Option<u16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

impl Default for MinorVersion {
    /// Kubernetes 1.33.
    fn default() -> Self {
        Self(33)
    }
}

impl fmt::Display for MinorVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "1.{}", self.0)
    }
}

impl fmt::Display for VersionRange {
    /// Writes `1.29 and later`, `1.30 and earlier`, `1.26 to 1.28` or `1.26`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first, self.last);
        if first == last {
            write!(formatter, "{first}")
        } else if last == MinorVersion::LAST {
            write!(formatter, "{first} and later")
        } else if first == MinorVersion::FIRST {
            write!(formatter, "{last} and earlier")
        } else {
            write!(formatter, "{first} to {last}")
        }
    }
}

impl fmt::Display for VersionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (MinorVersion::FIRST, MinorVersion::LAST);
        write!(formatter, "expected a version of Kubernetes from {first} to {last}, found `{}`", self.text)
    }
}

impl std::error::Error for VersionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_shown() {
        for text in ["1.33", "v1.33", "1.33.4", "v1.33.4+k3s1"] {
            assert_eq!(MinorVersion::parse(text), Ok(MinorVersion::default()), "{text}");
        }
        for text in ["", "1", "1.", "33", "1.24", "1.38", "2.33", "1.+33", "1.33-rc", "1.99999"] {
            assert!(MinorVersion::parse(text).is_err(), "{text}");
        }
        assert_eq!(MinorVersion::default().to_string(), "1.33");
    }

    #[test]
    fn ranges_are_shown_in_words() {
        let show =
            |first, last| VersionRange { first: MinorVersion(first), last: MinorVersion(last) }.to_string();
        assert_eq!(show(29, 37), "1.29 and later");
        assert_eq!(show(25, 28), "1.28 and earlier");
        assert_eq!(show(26, 28), "1.26 to 1.28");
        assert_eq!(show(26, 26), "1.26");
    }
}
