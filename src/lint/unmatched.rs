//! Selectors and tolerations that Karmada takes, and that match nothing, whatever there is.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::k8s::pointer::Pointer;
use crate::k8s::selector::LabelSelector;
use crate::k8s::selector::LabelSelectorRequirement;
use crate::k8s::selector::SelectorError;
use crate::karmada::policy::ResourceSelector;
use crate::karmada::policy::placement::ClusterAffinity;
use crate::karmada::policy::placement::FieldRequirement;
use crate::karmada::policy::placement::Toleration;
use crate::lint::object::Object;
use crate::lint::picks::affinities_of;
use crate::lint::picks::targets_of;
use crate::lint::world::World;

const OPERATORS: [&str; 4] = ["In", "NotIn", "Exists", "DoesNotExist"];
const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Reports `never-matches`.
///
/// *Source*: karmada f8fdd02 `pkg/util/selector.go` `ClusterMatches`, `ResourceSelectorPriority`: what cannot be read matches
/// nothing, and the webhooks do not read it.
pub(super) fn check(world: &World<'_>, diagnostics: &mut Diagnostics) {
    for policy in world.written_propagations() {
        check_selectors(policy.object, &policy.spec.resource_selectors, diagnostics);
        let Some(placement) = &policy.spec.placement else { continue };
        for (pointer, affinity) in affinities_of(placement) {
            check_affinity((world, policy.object), (&pointer, affinity), diagnostics);
        }
        for (index, toleration) in placement.cluster_tolerations.iter().enumerate() {
            let pointer = format!("/spec/placement/clusterTolerations/{index}");
            check_toleration(policy.object, (&pointer, toleration), diagnostics);
        }
    }
    for policy in world.written_overridings() {
        check_selectors(policy.object, &policy.spec.resource_selectors, diagnostics);
        for (pointer, affinity) in targets_of(&policy.spec) {
            check_affinity((world, policy.object), (&pointer, affinity), diagnostics);
        }
    }
}

/// Tells whether an affinity cannot be read, and so picks no cluster.
pub(super) fn is_unreadable(affinity: &ClusterAffinity) -> bool {
    !faults_of(affinity).is_empty()
}

fn check_selectors(policy: &Object<'_>, selectors: &[ResourceSelector], diagnostics: &mut Diagnostics) {
    for (index, selector) in selectors.iter().enumerate().filter(|(_, selector)| selector.name.is_empty()) {
        let labels = selector.label_selector.iter();
        for fault in labels.flat_map(|labels| labels.to_selector().err().unwrap_or_default()) {
            let pointer = format!("/spec/resourceSelectors/{index}/labelSelector{}", fault.path);
            let message = format!("the label selector selects no object: {}", fault.error);
            diagnostics.report(
                unreadable((policy, &pointer), message, &fault.error)
                    .with_note("Karmada takes the policy, and cannot read the selector"),
            );
        }
    }
}

fn check_affinity(
    (world, policy): (&World<'_>, &Object<'_>),
    (pointer, affinity): (&str, &ClusterAffinity),
    diagnostics: &mut Diagnostics,
) {
    for (place, error) in faults_of(affinity) {
        let message = format!("no cluster is picked here: {error}");
        diagnostics.report(
            unreadable((policy, &format!("{pointer}{place}")), message, &error)
                .with_note("Karmada takes the policy, and cannot read the selector: the whole affinity then picks none, `NotIn` or not"),
        );
    }
    // With a Fleet, all that is left of it shows.
    if world.inventory.is_none() && excludes_all(affinity) {
        let message = "no cluster is picked here: every one that is named is excluded";
        let at = policy.key(&format!("{pointer}/exclude"));
        diagnostics.report(
            Diagnostic::new(codes::NEVER_MATCHES, at, message)
                .with_secondary(policy.key(&format!("{pointer}/clusterNames")), "these are named")
                .with_help("name other clusters, or leave `exclude` out"),
        );
    }
}

/// What of an affinity cannot be read, each with its place below it.
fn faults_of(affinity: &ClusterAffinity) -> Vec<(String, SelectorError)> {
    let labels = affinity.label_selector.iter();
    let labels = labels.flat_map(|labels| labels.to_selector().err().unwrap_or_default());
    let mut faults: Vec<(String, SelectorError)> =
        labels.map(|fault| (format!("/labelSelector{}", fault.path), fault.error)).collect();
    let expressions = affinity.field_selector.iter().flat_map(|fields| &fields.match_expressions);
    for (index, expression) in expressions.enumerate() {
        let place = format!("/fieldSelector/matchExpressions/{index}");
        faults.extend(
            faults_of_field(expression).into_iter().map(|(rest, error)| (format!("{place}{rest}"), error)),
        );
    }
    faults
}

/// Zones are compared as plain texts; the other fields are read as labels.
fn faults_of_field(expression: &FieldRequirement) -> Vec<(String, SelectorError)> {
    if expression.key == "zone" {
        let is_none = expression.operator == "In" && expression.values.is_empty();
        return is_none.then(|| (String::new(), SelectorError::NoValues)).into_iter().collect();
    }
    let requirement = LabelSelectorRequirement {
        key: expression.key.clone(),
        operator: expression.operator.clone(),
        values: expression.values.clone(),
    };
    let alone = LabelSelector { match_expressions: vec![requirement], ..LabelSelector::default() };
    let faults = alone.to_selector().err().unwrap_or_default().into_iter();
    faults.map(|fault| (below_expression(&fault.path), fault.error)).collect()
}

/// What follows `/matchExpressions/0` in a place.
fn below_expression(path: &Pointer) -> String {
    path.tokens().skip(2).flat_map(|token| ["/", token]).collect()
}

/// Tells whether all clusters that are named are excluded too.
fn excludes_all(affinity: &ClusterAffinity) -> bool {
    let names = &affinity.cluster_names;
    !names.is_empty() && names.iter().all(|name| affinity.exclude.contains(name))
}

fn unreadable((policy, pointer): (&Object<'_>, &str), message: String, error: &SelectorError) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::NEVER_MATCHES, policy.span(pointer), message);
    match error {
        SelectorError::Operator(found) => diagnostic.with_nearest(found, OPERATORS),
        SelectorError::NoValues => diagnostic.with_help("write a value, or leave the expression out"),
        SelectorError::NeedlessValues => diagnostic.with_help("leave the values out"),
        SelectorError::Key(_) | SelectorError::Value(_) => diagnostic,
    }
}

/// *Source*: kubernetes `staging/src/k8s.io/api/core/v1/toleration.go` `ToleratesTaint`; the webhook refuses `Lt` and `Gt` only.
fn check_toleration(
    policy: &Object<'_>,
    (pointer, toleration): (&str, &Toleration),
    diagnostics: &mut Diagnostics,
) {
    let operator = ("operator", &toleration.operator, &["Exists", "Equal"][..]);
    let effect = ("effect", &toleration.effect, &EFFECTS[..]);
    for (field, text, known) in [operator, effect] {
        if text.is_empty() || known.contains(&text.as_str()) {
            continue;
        }
        let at = policy.span(&format!("{pointer}/{field}"));
        diagnostics.report(
            Diagnostic::new(
                codes::NEVER_MATCHES,
                at,
                format!("the toleration tolerates nothing: there is no {field} `{text}`"),
            )
            .with_nearest(text, known.iter().copied())
            .with_note(format!(
                "Karmada takes the policy; the {field}s there are: {}",
                and_list(known.iter().copied())
            )),
        );
    }
}
