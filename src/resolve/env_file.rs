//! Reads files of `KEY=value` lines, as `kubectl create configmap --from-env-file` does.

use crate::document::Secrecy;
use crate::k8s::name::check_config_key;
use crate::k8s::name::check_strict_environment_variable;
use std::ops::Range;

/// What stands for text that must not be shown.
const MASK: &str = "***";

/// A file of variables.
pub(super) struct EnvFile {
    /// The text to show: of a confidential file the keys alone, each on its line.
    pub(super) shown: String,
    /// The lines that count, in the order written.
    pub(super) lines: Vec<Line>,
}

/// A line that counts; places are those in the shown text.
pub(super) enum Line {
    /// A key with its value.
    Assignment { key: String, place: Range<usize>, value: String },
    /// Something else, and why it is none.
    Invalid { place: Range<usize>, reason: String, help: Option<String> },
}

/// Takes a text apart. A key alone is a fault here, because kubectl takes its value from the environment.
///
/// *Source*: kubectl v1.33 `pkg/cmd/util/env_file.go` `processEnvFileLine`: a byte order mark, blanks before a key, blank lines
/// and comments do not count; what stands behind the `=` does, quotes and blanks included.
pub(super) fn read_env_file(text: &str, secrecy: Secrecy) -> EnvFile {
    let mut file = EnvFile { shown: String::new(), lines: Vec::new() };
    for line in text.strip_prefix('\u{feff}').unwrap_or(text).lines() {
        let start = file.shown.len();
        file.read_line(line, secrecy);
        if secrecy == Secrecy::Open {
            file.shown.truncate(start);
            file.shown.push_str(line);
        }
        file.shown.push('\n');
    }
    file
}

impl EnvFile {
    fn read_line(&mut self, line: &str, secrecy: Secrecy) {
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') {
            return;
        }
        self.shown.push_str(line.strip_suffix(content).unwrap_or_default());
        let start = self.shown.len();
        match take_apart(content, secrecy) {
            Ok((key, value)) => {
                self.shown.push_str(key);
                let place = start..self.shown.len();
                self.shown.push('=');
                self.shown.push_str(MASK);
                self.lines.push(Line::Assignment { key: key.to_owned(), place, value: value.to_owned() });
            }
            Err((reason, help)) => {
                self.shown.push_str(MASK);
                let length = if secrecy == Secrecy::Open { content.trim_end().len() } else { MASK.len() };
                self.lines.push(Line::Invalid { place: start..start + length, reason, help });
            }
        }
    }
}

/// Takes a line apart; the error says what is wrong and what to do.
fn take_apart(content: &str, secrecy: Secrecy) -> Result<(&str, &str), (String, Option<String>)> {
    let Some((key, value)) = content.split_once('=') else {
        let help = match secrecy {
            Secrecy::Open => "write `KEY=value`; a value that is empty needs its `=` too",
            Secrecy::Confidential => {
                "write `KEY=value`; `stringData: {KEY: {env: NAME}}` takes a value from the environment"
            }
        };
        return Err(("the line has no `=`".to_owned(), Some(help.to_owned())));
    };
    let Err(error) = check_config_key(key).and_then(|()| check_strict_environment_variable(key)) else {
        return Ok((key, value));
    };
    let help = key.starts_with("export ").then(|| "leave `export` out".to_owned());
    // What stands before a `=` of a Secret's file can be part of a value that was broken over lines.
    let reason = match secrecy {
        Secrecy::Open => format!("`{key}` cannot be a key: {error}"),
        Secrecy::Confidential => "the line does not begin with a valid key".to_owned(),
    };
    Err((reason, help))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line as `start-end KEY value` or `start-end reason`, behind the text that is shown.
    fn tell(text: &str, secrecy: Secrecy) -> String {
        let file = read_env_file(text, secrecy);
        let lines = file.lines.iter().map(|line| match line {
            Line::Assignment { key, place, value } => {
                format!("{}-{} {key} {value}\n", place.start, place.end)
            }
            Line::Invalid { place, reason, .. } => format!("{}-{} {reason}\n", place.start, place.end),
        });
        file.shown.clone() + "--\n" + &lines.collect::<String>()
    }

    const TEXT: &str = "\u{feff}A=1\r\n# note\n\n  B_C=\" x \" \nlone\nexport D=2\n9=z\nE==";

    #[test]
    fn values_are_taken_as_kubectl_takes_them() {
        assert_eq!(
            tell(TEXT, Secrecy::Open),
            "A=1\n# note\n\n  B_C=\" x \" \nlone\nexport D=2\n9=z\nE==\n--\n\
             0-1 A 1\n14-17 B_C \" x \" \n25-29 the line has no `=`\n\
             30-40 `export D` cannot be a key: it may have letters, digits, `-`, `_`, and `.` only, found ` `\n\
             41-44 `9` cannot be a key: it must not start with a digit, found `9`\n45-46 E =\n"
        );
    }

    #[test]
    fn of_a_secret_the_keys_alone_are_shown() {
        assert_eq!(
            tell(TEXT, Secrecy::Confidential),
            "A=***\n\n\n  B_C=***\n***\n***\n***\nE=***\n--\n\
             0-1 A 1\n10-13 B_C \" x \" \n18-21 the line has no `=`\n\
             22-25 the line does not begin with a valid key\n26-29 the line does not begin with a valid key\n\
             30-31 E =\n"
        );
    }
}
