//! The rules for names: objects, labels, keys, environment variables, ports. Each check says what is wrong and, where
//! one is near, a name that would do.

use std::fmt;

/// A kind of name with a rule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRule {
    /// Lower-case letters, digits and `-`, at most 63; namespaces and most parts of names.
    DnsLabel,
    /// DNS labels joined by dots, at most 253; the names of most objects.
    DnsSubdomain,
    /// A DNS label that starts with a letter; the names of Services.
    Dns1035Label,
    /// The part of a label or annotation key before the slash.
    KeyPrefix,
    /// The part of a label or annotation key after the slash, or the whole key without one.
    KeyName,
    /// The value of a label.
    LabelValue,
    /// The name of a group of clusters in a policy of Karmada.
    AffinityName,
    /// A key of a `ConfigMap` or `Secret`.
    ConfigKey,
    /// An environment variable since Kubernetes 1.30.
    EnvironmentVariable,
    /// An environment variable that every version and every shell accepts.
    StrictEnvironmentVariable,
    /// The name of a port.
    PortName,
}

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFault {
    /// There is no text at all.
    Empty,
    /// The text has more characters than `limit`.
    TooLong {
        /// The number of bytes that Kubernetes accepts.
        limit: usize,
        /// The number of bytes that are there.
        length: usize,
    },
    /// A character that never occurs in such names.
    Character(char),
    /// A character that may not be the first one.
    Start(char),
    /// A character that may not be the last one.
    End(char),
    /// Two dots with nothing between them, or a `-` beside a dot.
    EmptyPart,
    /// More than one slash in a key.
    ManySlashes,
    /// Two `-` side by side in the name of a port.
    DoubledHyphen,
    /// The name of a port without any letter.
    NoLetter,
    /// A key of a `ConfigMap` that is `.` or starts with `..`.
    DotPath,
}

/// Why a text is not a name of the kind it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameError {
    /// The rule that is broken.
    pub rule: NameRule,
    /// How it is broken; the first fault from the left.
    pub fault: NameFault,
    /// A text near the given one that keeps the rule.
    pub suggestion: Option<String>,
}

/// Checks a DNS label: `apimachinery pkg/util/validation IsDNS1123Label`.
///
/// # Errors
///
/// [`NameError`] with a suggestion where one is near.
pub fn check_dns_label(text: &str) -> Result<(), NameError> {
    check(NameRule::DnsLabel, text)
}

/// Checks a DNS subdomain: `apimachinery pkg/util/validation IsDNS1123Subdomain`.
///
/// # Errors
///
/// [`NameError`] with a suggestion where one is near.
pub fn check_dns_subdomain(text: &str) -> Result<(), NameError> {
    check(NameRule::DnsSubdomain, text)
}

/// Checks the name of a Service: `apimachinery pkg/util/validation IsDNS1035Label`.
///
/// # Errors
///
/// [`NameError`] with a suggestion where one is near.
pub fn check_dns_1035_label(text: &str) -> Result<(), NameError> {
    check(NameRule::Dns1035Label, text)
}

/// Checks the key of a label: a name, or a DNS subdomain, a slash and a name
/// (`apimachinery pkg/util/validation IsQualifiedName`).
///
/// # Errors
///
/// [`NameError`], its suggestion being the whole key.
pub fn check_label_key(text: &str) -> Result<(), NameError> {
    match text.split_once('/') {
        None => check(NameRule::KeyName, text),
        Some((_, rest)) if rest.contains('/') => {
            Err(NameError { rule: NameRule::KeyName, fault: NameFault::ManySlashes, suggestion: None })
        }
        Some((prefix, name)) => check(NameRule::KeyPrefix, prefix)
            .and_then(|()| check(NameRule::KeyName, name))
            .map_err(|error| {
                let prefix = suggest(NameRule::KeyPrefix, prefix);
                let name = suggest(NameRule::KeyName, name);
                let suggestion = prefix.zip(name).map(|(prefix, name)| format!("{prefix}/{name}"));
                NameError { suggestion, ..error }
            }),
    }
}

/// Checks the name of a group of clusters: a label key of at most 32 characters (karmada f8fdd02
/// `pkg/util/validation/validation.go` `validateClusterAffinities`, `policy.karmada.io_propagationpolicies.yaml`).
///
/// # Errors
///
/// [`NameError`] with a suggestion where one is near.
pub fn check_affinity_name(text: &str) -> Result<(), NameError> {
    if !text.contains('/') {
        return check(NameRule::AffinityName, text);
    }
    check_label_key(text)?;
    let limit = NameRule::AffinityName.limit();
    let fault = NameFault::TooLong { limit, length: text.len() };
    let error = NameError { rule: NameRule::AffinityName, fault, suggestion: None };
    if text.len() > limit { Err(error) } else { Ok(()) }
}

/// Checks the key of an annotation: as a label key, but upper-case letters are accepted everywhere
/// (`apimachinery pkg/api/validation ValidateAnnotations`).
///
/// # Errors
///
/// [`NameError`], its suggestion being the whole key in lower case.
pub fn check_annotation_key(text: &str) -> Result<(), NameError> {
    check_label_key(&text.to_lowercase())
}

/// Checks the value of a label; it may be empty (`apimachinery pkg/util/validation IsValidLabelValue`).
///
/// # Errors
///
/// [`NameError`] with a suggestion where one is near.
pub fn check_label_value(text: &str) -> Result<(), NameError> {
    if text.is_empty() { Ok(()) } else { check(NameRule::LabelValue, text) }
}

/// Checks a key of a `ConfigMap` or `Secret`: `apimachinery pkg/util/validation IsConfigMapKey`.
///
/// # Errors
///
/// [`NameError`] with a suggestion where one is near.
pub fn check_config_key(text: &str) -> Result<(), NameError> {
    check(NameRule::ConfigKey, text)
}

/// Checks an environment variable as Kubernetes 1.30 and later do: printable ASCII without `=`
/// (`apimachinery pkg/util/validation IsRelaxedEnvVarName`).
///
/// # Errors
///
/// [`NameError`] with a suggestion where one is near.
pub fn check_environment_variable(text: &str) -> Result<(), NameError> {
    check(NameRule::EnvironmentVariable, text)
}

/// Checks an environment variable as Kubernetes before 1.30 does: letters, digits, `_`, `-` and `.`, no digit first
/// (`apimachinery pkg/util/validation IsEnvVarName`).
///
/// # Errors
///
/// [`NameError`] with a suggestion where one is near.
pub fn check_strict_environment_variable(text: &str) -> Result<(), NameError> {
    check(NameRule::StrictEnvironmentVariable, text)
}

/// Checks the name of a port: `apimachinery pkg/util/validation IsValidPortName`.
///
/// # Errors
///
/// [`NameError`] with a suggestion where one is near.
pub fn check_port_name(text: &str) -> Result<(), NameError> {
    check(NameRule::PortName, text)
}

fn check(rule: NameRule, text: &str) -> Result<(), NameError> {
    match find_fault(rule, text) {
        None => Ok(()),
        Some(fault) => Err(NameError { rule, fault, suggestion: suggest(rule, text) }),
    }
}

fn find_fault(rule: NameRule, text: &str) -> Option<NameFault> {
    let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) else {
        return Some(NameFault::Empty);
    };
    if let Some(character) = text.chars().find(|character| !rule.accepts(*character)) {
        return Some(NameFault::Character(character));
    }
    if !rule.accepts_first(first) {
        return Some(NameFault::Start(first));
    }
    if !rule.accepts_last(last) {
        return Some(NameFault::End(last));
    }
    find_inner_fault(rule, text).or_else(|| {
        let too_long = NameFault::TooLong { limit: rule.limit(), length: text.len() };
        (text.len() > rule.limit()).then_some(too_long)
    })
}

fn find_inner_fault(rule: NameRule, text: &str) -> Option<NameFault> {
    match rule {
        NameRule::DnsSubdomain | NameRule::KeyPrefix => {
            let is_label = |part: &str| !part.is_empty() && !part.starts_with('-') && !part.ends_with('-');
            (!text.split('.').all(is_label)).then_some(NameFault::EmptyPart)
        }
        NameRule::ConfigKey | NameRule::StrictEnvironmentVariable => {
            (text == "." || text.starts_with("..")).then_some(NameFault::DotPath)
        }
        NameRule::PortName if text.contains("--") => Some(NameFault::DoubledHyphen),
        NameRule::PortName => {
            (!text.bytes().any(|byte| byte.is_ascii_lowercase())).then_some(NameFault::NoLetter)
        }
        NameRule::DnsLabel
        | NameRule::Dns1035Label
        | NameRule::KeyName
        | NameRule::LabelValue
        | NameRule::AffinityName
        | NameRule::EnvironmentVariable => None,
    }
}

/// Changes as little as possible: case where it matters, one substitute for each run of foreign characters, ends cut.
fn suggest(rule: NameRule, text: &str) -> Option<String> {
    let substitute = if matches!(rule, NameRule::StrictEnvironmentVariable | NameRule::EnvironmentVariable) {
        '_'
    } else {
        '-'
    };
    let mut name = String::with_capacity(text.len());
    for character in text.chars() {
        let lower = character.to_ascii_lowercase();
        if rule.accepts(character) {
            name.push(character);
        } else if rule.accepts(lower) {
            name.push(lower);
        } else if !name.ends_with(substitute) {
            name.push(substitute);
        }
    }
    name.truncate(rule.limit().min(name.len()));
    let name = name.trim_start_matches(|first| !rule.accepts_first(first));
    let name = name.trim_end_matches(|last| !rule.accepts_last(last) || last == substitute);
    find_fault(rule, name).is_none().then(|| name.to_owned())
}

impl NameRule {
    /// The greatest number of bytes.
    #[must_use]
    pub fn limit(self) -> usize {
        match self {
            Self::DnsLabel | Self::Dns1035Label | Self::KeyName | Self::LabelValue => 63,
            Self::DnsSubdomain | Self::KeyPrefix | Self::ConfigKey => 253,
            Self::EnvironmentVariable | Self::StrictEnvironmentVariable => usize::MAX,
            Self::AffinityName => 32,
            Self::PortName => 15,
        }
    }

    /// The characters that may occur, in words.
    #[must_use]
    pub fn alphabet(self) -> &'static str {
        match self {
            Self::DnsLabel | Self::Dns1035Label | Self::PortName => "lower-case letters, digits, and `-`",
            Self::DnsSubdomain | Self::KeyPrefix => "lower-case letters, digits, `-`, and `.`",
            Self::KeyName
            | Self::LabelValue
            | Self::AffinityName
            | Self::ConfigKey
            | Self::StrictEnvironmentVariable => "letters, digits, `-`, `_`, and `.`",
            Self::EnvironmentVariable => "printable ASCII characters except `=`",
        }
    }

    fn accepts(self, character: char) -> bool {
        let is_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        match self {
            Self::DnsLabel | Self::Dns1035Label | Self::PortName => is_lower || character == '-',
            Self::DnsSubdomain | Self::KeyPrefix => is_lower || matches!(character, '-' | '.'),
            Self::KeyName
            | Self::LabelValue
            | Self::AffinityName
            | Self::ConfigKey
            | Self::StrictEnvironmentVariable => {
                character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
            }
            Self::EnvironmentVariable => matches!(character, ' '..='~') && character != '=',
        }
    }

    fn accepts_first(self, character: char) -> bool {
        match self {
            Self::Dns1035Label => character.is_ascii_lowercase(),
            Self::StrictEnvironmentVariable => !character.is_ascii_digit(),
            Self::DnsLabel
            | Self::DnsSubdomain
            | Self::KeyPrefix
            | Self::KeyName
            | Self::LabelValue
            | Self::AffinityName
            | Self::ConfigKey
            | Self::EnvironmentVariable
            | Self::PortName => self.accepts_last(character),
        }
    }

    fn accepts_last(self, character: char) -> bool {
        match self {
            Self::ConfigKey | Self::EnvironmentVariable | Self::StrictEnvironmentVariable => true,
            Self::DnsLabel
            | Self::DnsSubdomain
            | Self::Dns1035Label
            | Self::KeyPrefix
            | Self::KeyName
            | Self::LabelValue
            | Self::AffinityName
            | Self::PortName => character.is_ascii_alphanumeric(),
        }
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rule {
            NameRule::KeyPrefix => formatter.write_str("before the slash, ")?,
            NameRule::DnsLabel
            | NameRule::DnsSubdomain
            | NameRule::Dns1035Label
            | NameRule::KeyName
            | NameRule::LabelValue
            | NameRule::AffinityName
            | NameRule::ConfigKey
            | NameRule::EnvironmentVariable
            | NameRule::StrictEnvironmentVariable
            | NameRule::PortName => {}
        }
        let ends = if self.rule == NameRule::Dns1035Label { "a letter" } else { "a letter or digit" };
        match self.fault {
            NameFault::Empty => formatter.write_str("it must not be empty"),
            NameFault::TooLong { limit, length } => {
                write!(formatter, "it may have at most {limit} characters, found {length}")
            }
            NameFault::Character(character) => {
                let shown = character.escape_debug();
                write!(formatter, "it may have {} only, found `{shown}`", self.rule.alphabet())
            }
            NameFault::Start(first) if self.rule == NameRule::StrictEnvironmentVariable => {
                write!(formatter, "it must not start with a digit, found `{first}`")
            }
            NameFault::Start(first) => write!(formatter, "it must start with {ends}, found `{first}`"),
            NameFault::End(last) => write!(formatter, "it must end with a letter or digit, found `{last}`"),
            NameFault::EmptyPart => {
                formatter.write_str("each part between dots must start and end with a letter or digit")
            }
            NameFault::ManySlashes => formatter.write_str("it may have at most one `/`"),
            NameFault::DoubledHyphen => formatter.write_str("it must not have `--`"),
            NameFault::NoLetter => formatter.write_str("it must have at least one letter"),
            NameFault::DotPath => formatter.write_str("it must not be `.` or start with `..`"),
        }
    }
}

impl std::error::Error for NameError {}

#[cfg(test)]
mod tests;
