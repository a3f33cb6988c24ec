//! Why Karmada's rules refuse a field, in words.

use crate::diagnostic::and_list;
use crate::k8s::name::check_label_key;
use crate::k8s::name::check_label_value;
use crate::lint::object::Object;
use crate::lint::place::Place;
use crate::source::Span;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;
use std::collections::BTreeSet;

/// What is wrong, why, and what to do.
pub(super) struct Reason {
    /// What is wrong.
    pub(super) message: String,
    /// The rule.
    pub(super) note: &'static str,
    /// What to do.
    pub(super) help: &'static str,
    /// The place, where it is not the field itself.
    pub(super) at: Option<Span>,
    /// What to write there.
    pub(super) replacement: Option<String>,
}

fn reason(message: impl Into<String>, note: &'static str, help: &'static str) -> Reason {
    Reason { message: message.into(), note, help, at: None, replacement: None }
}

impl Reason {
    fn at(mut self, span: Option<Span>) -> Self {
        self.at = span;
        self
    }

    fn replaced(mut self, replacement: Option<String>) -> Self {
        self.replacement = replacement;
        self
    }
}

/// The reason for a field that is named without places in lists; none for a field that has no rule.
///
/// *Source*: karmada f8fdd02 `pkg/util/validation/validation.go`.
pub(super) fn reason_of(policy: &Object<'_>, field: &str, place: &Place<'_>) -> Option<Reason> {
    let (above, name) = field.rsplit_once('.').unwrap_or(("", field));
    match above {
        "metadata" => metadata(name, place),
        "spec" => whole(policy, name, place),
        "spec.resourceSelectors" => selector(policy, name, place),
        "spec.placement" => placement(name, place),
        _ => in_failover(above, name)
            .or_else(|| in_placement(name, place))
            .or_else(|| in_overriders(above, name, place)),
    }
}

fn metadata(name: &str, place: &Place<'_>) -> Option<Reason> {
    let text = place.node.as_str().unwrap_or_default();
    match name {
        "name" if place.is_exact && !text.is_empty() => Some(reason(
            format!("`{text}` is no name for a policy"),
            "a name has lower-case letters, digits, `-` and `.`, and starts and ends with a letter or digit",
            "write another name",
        )),
        "name" => Some(reason("the policy has no name", "every object needs one", "add `name:` here")),
        "generateName" => Some(reason(
            format!("`{text}` cannot begin a name"),
            "a name has lower-case letters, digits, `-` and `.`",
            "write another beginning",
        )),
        "namespace" => Some(reason(
            format!("`{text}` is no name for a namespace"),
            "it has at most 63 lower-case letters, digits and `-`",
            "write another namespace",
        )),
        "labels" => Some(reason(
            "a label of the policy is invalid",
            "keys and values have at most 63 letters, digits, `-`, `_` and `.`",
            "change the label, or make it an annotation",
        )),
        "annotations" => Some(reason(
            "an annotation of the policy is invalid",
            "a key is a label key, and all annotations together have at most 256 KiB",
            "change the annotation",
        )),
        _ => None,
    }
}

fn whole(policy: &Object<'_>, name: &str, place: &Place<'_>) -> Option<Reason> {
    match name {
        "resourceSelectors" => Some(reason(
            "the policy selects nothing",
            "a propagation policy needs a selector at least",
            "add a selector with `apiVersion` and `kind`",
        )),
        "placement" => Some(two_affinities()),
        "propagateDeps" => Some(
            reason(
                "failover of an application needs `propagateDeps: true`",
                "otherwise the application would move, and its ConfigMaps and Secrets would not",
                "set `propagateDeps: true` in the spec",
            )
            .at((!place.is_exact).then(|| policy.key("/spec/failover/application"))),
        ),
        "targetCluster" => Some(reason(
            "`targetCluster` and `overrideRules` exclude each other",
            "each rule has a `targetCluster` of its own",
            "move it into the rules",
        )),
        "overriders" => Some(reason(
            "`overriders` and `overrideRules` exclude each other",
            "each rule has `overriders` of its own",
            "make it a rule: `overrideRules: [{overriders: …}]`",
        )),
        _ => None,
    }
}

fn two_affinities() -> Reason {
    reason(
        "`clusterAffinity` and `clusterAffinities` exclude each other",
        "the one picks clusters, the other groups that are tried in order",
        "leave one of them out",
    )
}

fn selector(policy: &Object<'_>, name: &str, place: &Place<'_>) -> Option<Reason> {
    let text = place.node.as_str().unwrap_or_default();
    match name {
        "namespace" => {
            let own = policy.namespace.unwrap_or("default");
            let message =
                format!("the selector asks for the namespace `{text}`, and the policy is in `{own}`");
            let replacement = place.is_exact.then(|| own.to_owned());
            let note = "a namespaced policy selects objects of its own namespace only";
            let help = "write the policy's namespace, or move the policy to that of the objects";
            Some(reason(message, note, help).replaced(replacement))
        }
        "name" => Some(reason(
            "a policy with `preemption: Always` selects by name only",
            "otherwise it would take objects that other policies hold without naming them",
            "add `name:` to the selector, or set `preemption: Never`",
        )),
        _ => None,
    }
}

fn placement(name: &str, place: &Place<'_>) -> Option<Reason> {
    match name {
        "clusterAffinity" => Some(two_affinities()),
        "clusterAffinities" => match equal_item(place.node, "affinityName") {
            Some(equal) => Some(
                reason(
                    "two groups of clusters have one name",
                    "names of groups are unique",
                    "write another name",
                )
                .at(Some(equal.span)),
            ),
            // What is named is an item: its name is no label key.
            None => Some(group_name(tree::get(place.node, "affinityName"))),
        },
        "spreadConstraints" => Some(spread(place)),
        "workloadAffinity" => Some(reason(
            "`affinity` and `antiAffinity` group by the same label",
            "workloads of one group would have to share clusters, and to keep apart",
            "write another `groupByLabelKey` in one of them",
        )),
        _ => None,
    }
}

fn group_name(name: Option<&Node>) -> Reason {
    let text = name.and_then(Node::as_str).unwrap_or_default();
    reason(
        format!("`{text}` is no name for a group of clusters"),
        "it is written like the key of a label: letters, digits, `-`, `_` and `.`",
        "write another name",
    )
    .at(name.map(|name| name.span))
}

fn spread(place: &Place<'_>) -> Reason {
    let number =
        |field: &str| tree::get(place.node, field).and_then(|node| node.to_json().as_i64()).unwrap_or(0);
    let at = |field: &str| tree::get(place.node, field).map(|node| node.span);
    if place.node.as_mapping().is_some() {
        let (least, most) = (number("minGroups"), number("maxGroups"));
        if let Some(label) = at("spreadByLabel").filter(|_| at("spreadByField").is_some()) {
            let message = "`spreadByField` and `spreadByLabel` exclude each other";
            let note = "one constraint makes groups in one way";
            return reason(message, note, "leave `spreadByLabel` out").at(Some(label));
        }
        let negative = if least < 0 { at("minGroups") } else { at("maxGroups").filter(|_| most < 0) };
        if negative.is_some() {
            let message = "a number of groups is negative";
            return reason(message, "it is 0 at least", "write a positive number").at(negative);
        }
        let message = format!("`maxGroups` is {most}, and `minGroups` is {}", least.max(1));
        let note = "no number of groups is within these bounds";
        return reason(message, note, "write a number that is not smaller than `minGroups`")
            .at(at("maxGroups"))
            .replaced(Some(least.max(1).to_string()));
    }
    if let Some(equal) = equal_item(place.node, "spreadByField") {
        let message = format!("two spread constraints by `{}`", equal.as_str().unwrap_or_default());
        let note = "each field makes groups once";
        return reason(message, note, "leave one of them out").at(Some(equal.span));
    }
    reason(
        "the spread has no constraint by `cluster`",
        "a spread by region, zone or provider also says how many clusters there are in all",
        "add `{spreadByField: cluster, minGroups: …, maxGroups: …}`",
    )
}

/// The second of two equal texts in the items of a list.
fn equal_item<'a>(list: &'a Node, field: &str) -> Option<&'a Node> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let texts = list.as_sequence().unwrap_or_default().iter().filter_map(|item| tree::get(item, field));
    texts.into_iter().find(|node| node.as_str().is_some_and(|text| !seen.insert(text)))
}

fn in_failover(above: &str, name: &str) -> Option<Reason> {
    if above == "spec.suspension" {
        return Some(reason(
            "`dispatching: true` and `dispatchingOnClusters` exclude each other",
            "the one holds back all clusters, the other some of them",
            "leave one of them out",
        ));
    }
    if !above.starts_with("spec.failover") {
        return None;
    }
    match name {
        "tolerationSeconds" => Some(reason(
            "the time to wait is negative",
            "it is 0 seconds at least",
            "write a positive number",
        )),
        "gracePeriodSeconds" => Some(reason(
            "`gracePeriodSeconds` does not go with the purge mode",
            "it is a positive number with `purgeMode: Gracefully`, and absent with every other mode",
            "write a positive number, or leave it out",
        )),
        "aliasLabelName" => Some(reason(
            "the name of the label is invalid",
            "state travels in a label, whose key has letters, digits, `-`, `_` and `.`",
            "write another name",
        )),
        _ => None,
    }
}

fn in_placement(name: &str, place: &Place<'_>) -> Option<Reason> {
    match name {
        "fieldSelector" => Some(field_selector(place.node)),
        "affinityName" => Some(group_name(place.is_exact.then_some(place.node))),
        "overflowAffinities" => Some(reason(
            "this group cannot overflow",
            "only replicas that are divided by room overflow, and only from a group that picks clusters",
            "divide by `Aggregated` or by `dynamicWeight`, and let the group name clusters",
        )),
        "weight" => Some(reason(
            "a weight is 1 at least",
            "to give a cluster nothing, leave it out",
            "write 1 or more",
        )),
        "groupByLabelKey" => Some(reason(
            "the key of the label is invalid",
            "workloads are grouped by a label, whose key has letters, digits, `-`, `_` and `.`",
            "write another key",
        )),
        _ => None,
    }
}

fn field_selector(selector: &Node) -> Reason {
    let expressions = tree::get(selector, "matchExpressions").and_then(Node::as_sequence).unwrap_or_default();
    let text = |expression: &Node, field: &str| -> Option<(String, Span)> {
        tree::get(expression, field).and_then(|node| Some((node.as_str()?.to_owned(), node.span)))
    };
    for expression in expressions {
        if let Some((key, at)) = text(expression, "key").filter(|(key, _)| !FIELDS.contains(&&**key)) {
            let message = format!("clusters have no field `{key}` to select by");
            let help = if matches!(&*key, "name" | "metadata.name") {
                "name the clusters in `clusterNames`"
            } else {
                "select by `labelSelector`"
            };
            let note = "the fields are `provider`, `region`, and `zone`";
            return reason(message, note, help).at(Some(at));
        }
        let is_known = |operator: &str| matches!(operator, "In" | "NotIn");
        if let Some((operator, at)) = text(expression, "operator").filter(|(it, _)| !is_known(it)) {
            let message = format!("fields of clusters are not compared by `{operator}`");
            return reason(message, "the operators are `In` and `NotIn`", "write `In` or `NotIn`")
                .at(Some(at));
        }
    }
    let note = "each expression has a `key` and an `operator`";
    reason("the field selector is invalid", note, "complete its expressions")
}

/// The fields of a cluster that a selector may ask for.
const FIELDS: &[&str] = &["provider", "region", "zone"];

fn in_overriders(above: &str, name: &str, place: &Place<'_>) -> Option<Reason> {
    let text = place.node.as_str().unwrap_or_default();
    let document = ".fieldOverrider";
    match name {
        "path" | "fieldPath" | "subPath" => Some(
            reason(
                format!("the path `{text}` does not begin with `/`"),
                "it is a JSON pointer",
                "begin with a `/`",
            )
            .replaced(place.is_exact.then(|| format!("/{}", text.replace('.', "/")))),
        ),
        "value" if !place.is_exact && !above.contains(document) => None,
        "value" if above.ends_with(".labelsOverrider") => Some(labels(place)),
        "value" if above.ends_with(".annotationsOverrider") => Some(reason(
            "an annotation has an invalid key",
            "it is written like the key of a label: letters, digits, `-`, `_` and `.`",
            "write another key",
        )),
        "value" if above.contains(document) => Some(reason(
            "the value does not go with the operator",
            "`add` and `replace` need one, `remove` takes none",
            "add `value:`, or leave it out for `remove`",
        )),
        "fieldOverrider" if place.node.as_mapping().is_some_and(|it| it.get("json").is_some()) => {
            Some(reason(
                "`json` and `yaml` exclude each other",
                "the field holds one kind of document",
                "leave one of them out",
            ))
        }
        "fieldOverrider" => Some(reason(
            "the overrider changes nothing",
            "it needs `json` or `yaml`, whichever the field holds",
            "add `json: [{subPath: …, operator: …, value: …}]`",
        )),
        _ => None,
    }
}

fn labels(place: &Place<'_>) -> Reason {
    let entries = place.node.as_mapping();
    let wrong = entries.and_then(|entries| entries.iter().find(|it| check_label_key(&it.key.value).is_err()));
    if let Some(entry) = wrong {
        return reason(
            format!("{} is no key for a label", and_list([entry.key.value.as_str()])),
            "a key has letters, digits, `-`, `_` and `.`, and may begin with a domain and `/`",
            "write another key",
        )
        .at(Some(entry.key.span));
    }
    let is_invalid =
        |entry: &&Entry| entry.value.as_str().is_some_and(|text| check_label_value(text).is_err());
    let at = entries.and_then(|entries| entries.iter().find(is_invalid)).map(|entry| entry.value.span);
    reason(
        "a label has an invalid value",
        "a value has at most 63 letters, digits, `-`, `_` and `.`",
        "write another value, or make it an annotation",
    )
    .at(at)
}
