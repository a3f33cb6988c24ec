//! References to container images: the grammar of `distribution/reference` 0.6, read without guessing a registry.

use std::fmt;

/// The greatest length of a repository, in bytes (`distribution/reference RepositoryNameTotalLengthMax`).
const REPOSITORY_LIMIT: usize = 255;

/// A reference to an image, as written: `registry/repository:tag@digest`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageReference {
    registry: Option<String>,
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

/// Why a text is no reference to an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageError {
    /// There is no text at all.
    Empty,
    /// The host before the first slash, or its port, is invalid.
    Registry,
    /// The path is invalid.
    Repository,
    /// The path would be valid in lower case.
    UpperCase,
    /// The path has more than 255 characters.
    RepositoryTooLong,
    /// The text after `:` is no tag.
    Tag,
    /// The text after `@` is no digest.
    Digest,
    /// The digest names an algorithm other than sha256, sha384 and sha512.
    DigestAlgorithm,
    /// The digest has not as many lower-case hexadecimal digits as its algorithm makes.
    DigestLength,
}

impl ImageReference {
    /// Reads a reference strictly. The registry is the text before the first slash if it has a `.` or a `:` or is
    /// `localhost`; otherwise it belongs to the repository, and no registry is implied. A tag and a digest may both be
    /// there, and both are kept.
    ///
    /// # Errors
    ///
    /// See [`ImageError`].
    pub fn parse(text: &str) -> Result<Self, ImageError> {
        let (named, digest) = match text.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (text, None),
        };
        let path_start = named.rfind('/').map_or(0, |slash| slash + 1);
        let tag_colon =
            named.get(path_start..).and_then(|last| last.find(':')).map(|colon| path_start + colon);
        let (name, tag) = match tag_colon.and_then(|colon| named.split_at_checked(colon)) {
            Some((name, tag)) => (name, tag.strip_prefix(':')),
            None => (named, None),
        };
        check_name(name)?;
        tag.map_or(Ok(()), check_tag)?;
        digest.map_or(Ok(()), check_digest)?;
        let (registry, repository) = split_registry(name);
        Ok(Self {
            registry: registry.map(str::to_owned),
            repository: repository.to_owned(),
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }

    /// Reads a reference as Karmada's image overrider does: with a tag, the digest is lost
    /// (karmada f8fdd02 `pkg/util/imageparser/parser.go Parse`).
    ///
    /// # Errors
    ///
    /// See [`ImageError`].
    pub fn parse_as_karmada(text: &str) -> Result<Self, ImageError> {
        let image = Self::parse(text)?;
        let digest = if image.tag.is_some() { None } else { image.digest };
        Ok(Self { digest, ..image })
    }

    /// The host, with its port if there is one.
    #[must_use]
    pub fn registry(&self) -> Option<&str> {
        self.registry.as_deref()
    }

    /// The path after the registry.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag, without the colon.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest with its algorithm, without the `@`.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// The same image on another registry.
    ///
    /// # Errors
    ///
    /// [`ImageError::Registry`] unless the text is a host with a `.` or a port, or `localhost`.
    pub fn with_registry(&self, registry: &str) -> Result<Self, ImageError> {
        if !is_registry(registry) || !is_host_and_port(registry) {
            return Err(ImageError::Registry);
        }
        Ok(Self { registry: Some(registry.to_owned()), ..self.clone() })
    }

    /// The same registry, tag and digest with another path.
    ///
    /// # Errors
    ///
    /// [`ImageError::Repository`] and its like for a text that is no path, or would be read as a registry and a path.
    pub fn with_repository(&self, repository: &str) -> Result<Self, ImageError> {
        check_path(repository)?;
        let reads_as_registry = self.registry.is_none() && split_registry(repository).0.is_some();
        if reads_as_registry {
            return Err(ImageError::Repository);
        }
        Ok(Self { repository: repository.to_owned(), ..self.clone() })
    }

    /// The same image with another tag and without a digest, which would name the old content.
    ///
    /// # Errors
    ///
    /// [`ImageError::Tag`] for a text that is no tag.
    pub fn with_tag(&self, tag: &str) -> Result<Self, ImageError> {
        check_tag(tag)?;
        Ok(Self { tag: Some(tag.to_owned()), digest: None, ..self.clone() })
    }

    /// The same image and tag with another digest.
    ///
    /// # Errors
    ///
    /// [`ImageError::Digest`] and its like for a text that is no digest.
    pub fn with_digest(&self, digest: &str) -> Result<Self, ImageError> {
        check_digest(digest)?;
        Ok(Self { digest: Some(digest.to_owned()), ..self.clone() })
    }
}

/// Tells whether a text is a tag.
#[must_use]
pub fn is_tag(text: &str) -> bool {
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    text.len() <= 128
        && text.starts_with(is_word)
        && text.chars().all(|character| is_word(character) || matches!(character, '.' | '-'))
}

/// Tells whether a text has the shape of a digest: an algorithm, a colon, and at least 32 hexadecimal digits of either
/// case. [`ImageReference::parse`] asks for more.
#[must_use]
pub fn is_digest(text: &str) -> bool {
    let Some((algorithm, encoded)) = text.split_once(':') else { return false };
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    algorithm.split(['-', '_', '+', '.']).all(is_part)
        && encoded.len() >= 32
        && encoded.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn check_name(name: &str) -> Result<(), ImageError> {
    if name.is_empty() {
        return Err(ImageError::Empty);
    }
    let Some((host, path)) = name.split_once('/') else { return check_path(name) };
    if is_host_and_port(host) && check_path(path).is_ok() {
        return Ok(());
    }
    if is_registry(host) {
        return if is_host_and_port(host) { check_path(path) } else { Err(ImageError::Registry) };
    }
    check_path(name)
}

fn check_path(path: &str) -> Result<(), ImageError> {
    if !is_path(path) {
        let lower = path.to_lowercase();
        return Err(if is_path(&lower) { ImageError::UpperCase } else { ImageError::Repository });
    }
    if path.len() > REPOSITORY_LIMIT { Err(ImageError::RepositoryTooLong) } else { Ok(()) }
}

fn is_path(path: &str) -> bool {
    path.split('/').all(is_path_component)
}

/// Lower-case words joined by one dot, one or two underscores, or any number of hyphens.
fn is_path_component(component: &str) -> bool {
    let is_word = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    if !component.starts_with(is_word) || !component.ends_with(is_word) {
        return false;
    }
    component
        .split(is_word)
        .filter(|gap| !gap.is_empty())
        .all(|separator| matches!(separator, "." | "_" | "__") || separator.bytes().all(|byte| byte == b'-'))
}

fn is_host_and_port(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) if is_ipv6(address) => (None, port),
        Some(_) => return false,
        None => {
            let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            (Some(host), port)
        }
    };
    let is_port = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
        && host.is_none_or(|host| host.split('.').all(is_host_component))
}

fn is_ipv6(address: &str) -> bool {
    !address.is_empty() && address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':')
}

fn is_host_component(component: &str) -> bool {
    let is_word = |character: char| character.is_ascii_alphanumeric();
    component.starts_with(is_word)
        && component.ends_with(is_word)
        && component.chars().all(|character| is_word(character) || character == '-')
}

fn is_registry(text: &str) -> bool {
    text == "localhost" || text.contains(['.', ':'])
}

fn split_registry(name: &str) -> (Option<&str>, &str) {
    match name.split_once('/') {
        Some((host, path)) if is_registry(host) => (Some(host), path),
        Some(_) | None => (None, name),
    }
}

fn check_tag(tag: &str) -> Result<(), ImageError> {
    if is_tag(tag) { Ok(()) } else { Err(ImageError::Tag) }
}

/// What `opencontainers/go-digest` 1.0 accepts beyond the shape.
fn check_digest(digest: &str) -> Result<(), ImageError> {
    if !is_digest(digest) {
        return Err(ImageError::Digest);
    }
    let (algorithm, encoded) = digest.split_once(':').unwrap_or((digest, ""));
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return Err(ImageError::DigestAlgorithm),
    };
    let is_lower = encoded.bytes().all(|byte| !byte.is_ascii_uppercase());
    if encoded.len() == length && is_lower { Ok(()) } else { Err(ImageError::DigestLength) }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(registry) = &self.registry {
            write!(formatter, "{registry}/")?;
        }
        formatter.write_str(&self.repository)?;
        if let Some(tag) = &self.tag {
            write!(formatter, ":{tag}")?;
        }
        self.digest.iter().try_for_each(|digest| write!(formatter, "@{digest}"))
    }
}

impl fmt::Display for ImageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "the name of the image is empty",
            Self::Registry => "the registry must be a host with a dot or a port, or `localhost`",
            Self::Repository => {
                "each part of the path must be lower-case letters and digits, joined by `.`, `_`, `__`, or hyphens"
            }
            Self::UpperCase => "the path must be in lower case",
            Self::RepositoryTooLong => "the path may have at most 255 characters",
            Self::Tag => "a tag is at most 128 letters, digits, `_`, `.`, and `-`, and starts with none of the last two",
            Self::Digest => "a digest is an algorithm, `:`, and hexadecimal digits, such as `sha256:…`",
            Self::DigestAlgorithm => "the algorithm of a digest must be sha256, sha384, or sha512",
            Self::DigestLength => {
                "a digest has 64 (sha256), 96 (sha384), or 128 (sha512) hexadecimal digits in lower case"
            }
        })
    }
}

impl std::error::Error for ImageError {}

#[cfg(test)]
mod tests;
