//! Label selectors: what users write, checked and made ready for matching as `LabelSelectorAsSelector` of apimachinery
//! 0.33 (`pkg/apis/meta/v1/helpers.go`) does.

use crate::k8s::name::NameError;
use crate::k8s::name::check_label_key;
use crate::k8s::name::check_label_value;
use crate::k8s::pointer::Pointer;
use indexmap::IndexMap;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use std::fmt;

/// A label selector as written. All parts must hold; an empty one selects everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelSelector {
    /// Labels that must be there with these very values.
    #[serde(default, deserialize_with = "null_as_empty", skip_serializing_if = "IndexMap::is_empty")]
    pub match_labels: IndexMap<String, String>,
    /// Further conditions.
    #[serde(default, deserialize_with = "null_as_empty", skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<LabelSelectorRequirement>,
}

/// One condition of a label selector as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelSelectorRequirement {
    /// The key of the label.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub key: String,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`; other texts are found by [`LabelSelector::to_selector`].
    #[serde(default, deserialize_with = "null_as_empty")]
    pub operator: String,
    /// The values for `In` and `NotIn`; empty for the other operators.
    #[serde(default, deserialize_with = "null_as_empty", skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// A label selector that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    condition: Condition,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    DoesNotExist,
}

/// A part of a label selector that is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectorFault {
    /// The part, from the selector down, such as `/matchExpressions/0/operator`.
    pub path: Pointer,
    /// What is wrong with it.
    pub error: SelectorError,
}

/// What is wrong with a part of a label selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectorError {
    /// The key is no label key.
    Key(NameError),
    /// A value is no label value.
    Value(NameError),
    /// The operator is none of the four.
    Operator(String),
    /// `In` and `NotIn` need a value at least.
    NoValues,
    /// `Exists` and `DoesNotExist` take no values.
    NeedlessValues,
}

impl LabelSelector {
    /// Checks the selector and makes it ready for matching.
    ///
    /// # Errors
    ///
    /// All faults in the order written; apimachinery refuses the whole selector when there is one.
    pub fn to_selector(&self) -> Result<Selector, Vec<SelectorFault>> {
        let mut faults = Vec::new();
        let mut requirements = Vec::new();
        for (key, value) in &self.match_labels {
            let place = place(&["matchLabels", key]);
            check(&mut faults, &place, check_label_key(key).map_err(SelectorError::Key));
            check(&mut faults, &place, check_label_value(value).map_err(SelectorError::Value));
            requirements
                .push(Requirement { key: key.clone(), condition: Condition::In(vec![value.clone()]) });
        }
        for (index, requirement) in self.match_expressions.iter().enumerate() {
            let mut place = place(&["matchExpressions"]);
            place.push_index(index);
            requirements.extend(requirement.to_requirement(&place, &mut faults));
        }
        if faults.is_empty() { Ok(Selector { requirements }) } else { Err(faults) }
    }
}

impl LabelSelectorRequirement {
    fn to_requirement(&self, place: &Pointer, faults: &mut Vec<SelectorFault>) -> Option<Requirement> {
        check(faults, &child(place, "key"), check_label_key(&self.key).map_err(SelectorError::Key));
        let values = child(place, "values");
        let condition = match self.operator.as_str() {
            "In" => Condition::In(self.values.clone()),
            "NotIn" => Condition::NotIn(self.values.clone()),
            "Exists" => Condition::Exists,
            "DoesNotExist" => Condition::DoesNotExist,
            _ => {
                let error = SelectorError::Operator(self.operator.clone());
                check(faults, &child(place, "operator"), Err(error));
                return None;
            }
        };
        let takes_values = matches!(condition, Condition::In(_) | Condition::NotIn(_));
        if takes_values == self.values.is_empty() {
            let error = if takes_values { SelectorError::NoValues } else { SelectorError::NeedlessValues };
            check(faults, &values, Err(error));
        }
        for (index, value) in self.values.iter().enumerate() {
            let mut place = values.clone();
            place.push_index(index);
            check(faults, &place, check_label_value(value).map_err(SelectorError::Value));
        }
        Some(Requirement { key: self.key.clone(), condition })
    }
}

impl Selector {
    /// Tells whether labels are selected; `find` returns the value of a key, `None` if there is no such label.
    #[must_use]
    pub fn matches<'a>(&self, find: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.requirements.iter().all(|requirement| requirement.condition.holds(find(&requirement.key)))
    }

    /// Tells whether everything is selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }
}

impl Condition {
    fn holds(&self, value: Option<&str>) -> bool {
        let is_among =
            |values: &[String]| value.is_some_and(|value| values.iter().any(|other| other == value));
        match self {
            Self::In(values) => is_among(values),
            Self::NotIn(values) => !is_among(values),
            Self::Exists => value.is_some(),
            Self::DoesNotExist => value.is_none(),
        }
    }
}

fn place(keys: &[&str]) -> Pointer {
    keys.iter().fold(Pointer::default(), |place, key| child(&place, key))
}

fn child(place: &Pointer, key: &str) -> Pointer {
    let mut child = place.clone();
    child.push_key(key);
    child
}

fn check(faults: &mut Vec<SelectorFault>, path: &Pointer, result: Result<(), SelectorError>) {
    faults.extend(result.err().map(|error| SelectorFault { path: path.clone(), error }));
}

/// Kubernetes reads `null` as if nothing were written.
fn null_as_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl fmt::Display for SelectorError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(error) => write!(formatter, "invalid label key: {error}"),
            Self::Value(error) => write!(formatter, "invalid label value: {error}"),
            Self::Operator(found) => {
                write!(formatter, "expected `In`, `NotIn`, `Exists`, or `DoesNotExist`, found `{found}`")
            }
            Self::NoValues => formatter.write_str("`In` and `NotIn` need at least one value"),
            Self::NeedlessValues => formatter.write_str("`Exists` and `DoesNotExist` take no values"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use serde_json::json;

    #[track_caller]
    fn read(value: &Value) -> Result<Selector, Vec<SelectorFault>> {
        LabelSelector::deserialize(value).unwrap().to_selector()
    }

    #[track_caller]
    fn assert_selects(expression: &Value, label: Option<&str>, expected: bool) {
        let selector = read(&json!({ "matchExpressions": [expression] })).unwrap();
        assert_eq!(selector.matches(|key| if key == "tier" { label } else { None }), expected);
    }

    #[test]
    fn operators_treat_a_missing_label_as_kubernetes_does() {
        for (operator, values, gold, silver, missing) in [
            ("In", json!(["gold"]), true, false, false),
            ("NotIn", json!(["gold"]), false, true, true),
            ("Exists", json!(null), true, true, false),
            ("DoesNotExist", json!([]), false, false, true),
        ] {
            let expression = json!({"key": "tier", "operator": operator, "values": values});
            assert_selects(&expression, Some("gold"), gold);
            assert_selects(&expression, Some("silver"), silver);
            assert_selects(&expression, None, missing);
        }
    }

    #[test]
    fn an_empty_selector_selects_everything() {
        let selector = read(&json!({"matchLabels": null})).unwrap();
        assert!(selector.is_empty() && selector.matches(|_| None));
        assert!(!read(&json!({"matchLabels": {"a": ""}})).unwrap().matches(|_| None));
    }

    #[test]
    fn all_faults_are_told_with_their_place() {
        let faults = read(&json!({
            "matchLabels": {"a b": "c", "d": "-"},
            "matchExpressions": [
                {"key": "", "operator": "in", "values": ["a"]},
                {"key": "a", "operator": "In"},
                {"key": "a", "operator": "Exists", "values": ["b", "!"]},
            ],
        }))
        .unwrap_err();
        let places: Vec<_> = faults.iter().map(|fault| fault.path.to_string()).collect();
        assert_eq!(
            places,
            [
                "/matchLabels/a b",
                "/matchLabels/d",
                "/matchExpressions/0/key",
                "/matchExpressions/0/operator",
                "/matchExpressions/1/values",
                "/matchExpressions/2/values",
                "/matchExpressions/2/values/1",
            ]
        );
    }
}
