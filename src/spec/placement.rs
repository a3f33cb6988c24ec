//! Where the application runs.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Homes;
use crate::schema::Integer;
use crate::schema::Keyed;
use crate::schema::Map;
use crate::schema::Shape;
use crate::schema::Text;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ClusterGroup;
use crate::spec::ClusterGroups;
use crate::spec::ClusterName;
use crate::spec::LabelKey;
use crate::spec::LabelKeyName;
use crate::spec::container::one_of;
use crate::spec::name::ClusterNameKey;
use crate::spec::name::told;
use crate::spec::workload::Replicas;
use crate::tree;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;
use std::ops::Deref;

/// A placement written out, or the name of one in the Fleet, which stands for `{from: NAME}`.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacementChoice(pub Placement);

impl PlacementChoice {
    /// Writes a name alone as the map that it stands for; anything else stays as it is.
    #[must_use]
    pub fn spell_out(node: &Node) -> Node {
        match &node.value {
            Value::String(_) => tree::Map::new(node.span).with("from", node.clone()).into_node(),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Poisoned => node.clone(),
        }
    }
}

impl Shape for PlacementChoice {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::Sequence(_) => Err(list_of_clusters(node, decoder)),
            Value::Null
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Mapping(_)
            | Value::Poisoned => Placement::decode(&Self::spell_out(node), decoder).map(Self),
        }
    }

    fn find_homes(homes: &mut Homes<'_>, path: &str, depth: usize) {
        Placement::find_homes(homes, path, depth);
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [
            { "type": "string", "description": "The name of a placement in the Fleet." },
            Placement::schema(definitions),
        ] })
    }
}

fn list_of_clusters(node: &Node, decoder: &mut Decoder<'_>) -> Reported {
    let written = decoder.source_text(node.span);
    let message = "expected the name of a placement or a map, found a list";
    let diagnostic = Diagnostic::new(codes::WRONG_TYPE, node.span, message);
    decoder.report(if written.contains('\n') {
        diagnostic.with_help("write the list under `clusters`")
    } else {
        diagnostic.with_replacement("name the clusters", node.span, format!("{{clusters: {written}}}"))
    })
}

record! {
    /// Picks clusters: all parts that are written must hold; none written picks every cluster.
    ClusterSelector {
        /// Names of clusters. Left out: any.
        clusters "clusters": ClusterNames, example ["member1", "member2"];
        /// Providers: a list, or `{in: […], notIn: […]}`.
        providers "providers": Option<Membership>, example ["aws"];
        /// Regions: a list, or `{in: […], notIn: […]}`.
        regions "regions": Option<Membership>, example ["eu-west-1"];
        /// Zones: a list, or `{in: […], notIn: […]}`.
        zones "zones": Option<Membership>, example ["eu-west-1a"];
        /// Labels of the cluster: a value, `{in: […]}`, `{notIn: […]}`, or `{exists: true}` for each key.
        labels "labels": Map<LabelCondition, LabelKey>, example {"tier": "gold"};
        /// Names of clusters that are left out, whatever else says.
        exclude "exclude": Vec<Spanned<ClusterName>>, example ["member9"];
    }
}

/// Names of clusters, at least one where any are written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClusterNames(Vec<Spanned<ClusterName>>);

impl Deref for ClusterNames {
    type Target = Vec<Spanned<ClusterName>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Shape for ClusterNames {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if let Value::Sequence(items) = &node.value
            && items.is_empty()
        {
            let message = "an empty list picks every cluster, as if it were not there";
            let diagnostic = Diagnostic::new(codes::INVALID_VALUE, node.span, message);
            return Err(decoder
                .report(diagnostic.with_help("name a cluster, or leave the key out to pick every one")));
        }
        Vec::decode(node, decoder).map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let name = ClusterName::schema(definitions);
        json!({ "type": ["array", "null"], "minItems": 1, "items": name })
    }
}

impl ClusterSelector {
    /// Tells whether nothing is written, which picks every cluster.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clusters.is_empty()
            && self.providers.is_none()
            && self.regions.is_none()
            && self.zones.is_none()
            && self.labels.is_empty()
            && self.exclude.is_empty()
    }

    /// The keys that pick clusters, each with the place of its first value; `exclude` picks none.
    #[must_use]
    pub fn picking_keys(&self) -> Vec<(&'static str, Span)> {
        let first = |membership: &Option<Membership>| {
            let membership = membership.as_ref()?;
            let lists = [&membership.within, &membership.not_within];
            lists.into_iter().flatten().flatten().next().map(|value| value.span)
        };
        let keys = [
            ("clusters", self.clusters.first().map(|name| name.span)),
            ("providers", first(&self.providers)),
            ("regions", first(&self.regions)),
            ("zones", first(&self.zones)),
            ("labels", self.labels.iter().next().map(|(key, _)| key.span)),
        ];
        keys.into_iter().filter_map(|(key, at)| Some((key, at?))).collect()
    }
}

choice! {
    /// How replicas are shared out.
    Strategy {
        /// Each cluster gets all replicas.
        Duplicated "Duplicated",
        /// As few clusters as can hold the replicas.
        Aggregated "Aggregated",
        /// By the room that each cluster has.
        DynamicWeight "DynamicWeight",
        /// By the weights that are written.
        StaticWeight "StaticWeight",
        /// Exactly the replicas that are written for each cluster.
        Fixed "Fixed",
    }
}

record! {
    /// Where the application runs, and how its replicas are shared out.
    Placement flat selector: ClusterSelector
    refuse [
        "clusterAffinity": "a placement has no `clusterAffinity`: `clusters`, `providers`, `regions`, `zones`, and `labels` say it",
        "clusterAffinities": "a placement has no `clusterAffinities`: `groups` say them",
        "clusterTolerations": "a placement has no `clusterTolerations`: `tolerations` says them",
        "replicaScheduling": "a placement has no `replicaScheduling`: `strategy` says it, with `weights` or `replicas`",
        "spreadConstraints": "a placement has no `spreadConstraints`: `spread` says them"
    ] {
        /// A placement of the Fleet to start from; what stands beside it is put over it. Maps merge, lists and scalars replace, null removes, and `exclude` adds.
        from "from": Option<Spanned<String>>, example "eu-production";
        /// Groups of clusters, tried in this order: the application runs on the clusters of the first group that can hold it whole. They take the place of `clusters`, `providers`, `regions`, `zones` and `labels`; `exclude` beside them holds for every group.
        groups "groups": Option<Keyed<ClusterGroups>>, example [{"name": "primary", "clusters": ["member1"]}, {"name": "backup", "regions": ["eu-west-1"]}];
        /// Taints of clusters that do no harm.
        tolerations "tolerations": Vec<ClusterToleration>;
        /// How replicas are shared out.
        strategy "strategy": Option<Spanned<Strategy>>, default "Duplicated", example "DynamicWeight";
        /// The weights of StaticWeight; a cluster that none matches gets nothing.
        weights "weights": Weights, example [{"clusters": ["member1"], "weight": 2}];
        /// The replicas of Fixed, by cluster.
        replicas "replicas": Map<Spanned<Replicas>, ClusterNameKey>, example {"member1": 3, "member2": 2};
        /// How widely to spread.
        spread "spread": Option<Spread>;
        /// Which workloads share clusters, and which keep apart.
        workload_affinity "workloadAffinity": Option<Keyed<WorkloadAffinity>>;
    }
}

impl Placement {
    /// The groups by name, in the order in which they are tried; none where the placement picks its clusters itself.
    pub fn groups(&self) -> impl Iterator<Item = (Spanned<&str>, &ClusterGroup)> {
        self.groups.iter().flat_map(|groups| groups.value.0.iter())
    }

    /// All that picks clusters: the placement's own selector, or those of its groups.
    #[must_use]
    pub fn selectors(&self) -> Vec<ClusterSelector> {
        let excluded = &self.selector.exclude;
        let of_groups: Vec<ClusterSelector> =
            self.groups().flat_map(|(_, group)| group.selectors(excluded)).collect();
        if of_groups.is_empty() { vec![self.selector.clone()] } else { of_groups }
    }
}

record! {
    /// Which workloads share clusters, and which keep apart: workloads that have the same value for a label belong together.
    WorkloadAffinity {
        /// Workloads that belong together run on the same clusters.
        affinity "affinity": Option<WorkloadAffinityTerm>, example {"groupByLabelKey": "app.example.com/stack"};
        /// Workloads that belong together run on different clusters.
        anti_affinity "antiAffinity": Option<WorkloadAffinityTerm>, example {"groupByLabelKey": "app.example.com/shard"};
    }
}

record! {
    /// Which workloads belong together.
    WorkloadAffinityTerm {
        /// The label whose value they share; the workload must have it.
        group_by_label_key "groupByLabelKey": Spanned<LabelKeyName>, example "app.example.com/stack";
    }
}

/// Weights, in the order written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weights {
    /// The place of their key, where they are written.
    pub at: Option<Span>,
    list: Vec<Weight>,
}

impl Deref for Weights {
    type Target = Vec<Weight>;

    fn deref(&self) -> &Self::Target {
        &self.list
    }
}

impl Shape for Weights {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let Value::Mapping(mapping) = &node.value else {
            let at = Some(decoder.key());
            return Vec::decode(node, decoder).map(|list| Self { at, list });
        };
        let entries = mapping.iter().filter(|entry| matches!(entry.value.value, Value::Number(_)));
        let listed: Vec<String> = entries
            .map(|entry| format!("{{clusters: [{}], weight: {}}}", entry.key.value, entry.value.to_json()))
            .collect();
        let message = "expected a list, found a map";
        let mut diagnostic =
            Diagnostic::new(codes::WRONG_TYPE, decoder.key(), message).with_label("expected a list");
        if !listed.is_empty() {
            diagnostic = diagnostic.with_help(format!("write `[{}]`", listed.join(", ")));
        }
        Err(decoder.report(diagnostic))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(definitions: &mut Definitions) -> Json {
        Vec::<Weight>::schema(definitions)
    }
}

record! {
    /// A weight, and the clusters that have it.
    Weight flat selector: ClusterSelector {
        /// The weight, relative to the others.
        weight "weight": Spanned<Integer<1, { i64::MAX }>>, example 2;
    }
}

record! {
    /// How widely to spread: over clusters, and over regions.
    Spread {
        /// How many clusters.
        cluster "cluster": Option<SpreadBounds>, example {"min": 2, "max": 4};
        /// How many regions.
        region "region": Option<SpreadBounds>, example {"min": 1, "max": 2};
    }
}

record! {
    /// How many groups at least and at most.
    SpreadBounds {
        /// At least.
        min "min": Option<Spanned<Integer<1, { i32::MAX as i64 }>>>, default 1;
        /// At most. Left out: no bound.
        max "max": Option<Spanned<Integer<1, { i32::MAX as i64 }>>>;
    }
}

choice! {
    /// How a toleration compares.
    TolerationOperator {
        /// Any value.
        Exists "Exists",
        /// The value that is written.
        Equal "Equal",
    }
}

choice! {
    /// The effect of a taint on clusters.
    TaintEffect {
        /// Nothing new is scheduled.
        NoSchedule "NoSchedule",
        /// What runs is moved away.
        NoExecute "NoExecute",
        /// Nothing new is scheduled where it can be helped; Karmada's scheduler ignores it.
        PreferNoSchedule "PreferNoSchedule",
    }
}

record! {
    /// A taint of clusters that does no harm.
    ClusterToleration {
        /// The key of the taint. Left out, with Exists: any.
        key "key": Option<Spanned<String>>, example "maintenance";
        /// How the value compares.
        operator "operator": Option<Spanned<TolerationOperator>>, default "Equal", example "Exists";
        /// The value that Equal asks for.
        value "value": Option<Spanned<String>>;
        /// The effect. Left out: any.
        effect "effect": Option<TaintEffect>, example "NoSchedule";
        /// How long NoExecute is borne, in seconds. Left out: for ever.
        toleration_seconds "tolerationSeconds": Option<Spanned<Integer<0, { i64::MAX }>>>;
    }
}

/// Values that a field of the cluster must or must not have.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    /// The values of which it must have one; nothing where any will do.
    pub within: Option<Vec<Spanned<String>>>,
    /// The values that it must not have.
    pub not_within: Option<Vec<Spanned<String>>>,
}

record! {
    /// Values that a field of the cluster must or must not have.
    LongMembership {
        /// It must have one of these values.
        within "in": Option<Vec<Spanned<String>>>, example ["eu-west-1"];
        /// It must have none of these values.
        not_within "notIn": Option<Vec<Spanned<String>>>, example ["us-east-1"];
    }
}

impl Shape for Membership {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let membership = if let Value::Mapping(_) = &node.value {
            let long = LongMembership::decode(node, decoder)?;
            Self { within: long.within, not_within: long.not_within }
        } else {
            Self { within: Some(Vec::decode(node, decoder)?), not_within: None }
        };
        let lists = [&membership.within, &membership.not_within];
        for list in lists.into_iter().flatten() {
            if list.is_empty() {
                return Err(decoder.report(empty_list(node)));
            }
            for value in list {
                check_place(value, decoder)?;
            }
        }
        if lists.iter().all(|list| list.is_none()) {
            return Err(decoder.report(empty_list(node)));
        }
        Ok(membership)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [
            { "type": "array", "minItems": 1, "items": { "type": "string" } },
            LongMembership::schema(definitions),
        ] })
    }
}

fn empty_list(node: &Node) -> Diagnostic {
    Diagnostic::new(codes::INVALID_VALUE, node.span, "an empty list selects no cluster")
        .with_note("Karmada takes a condition without values as one that no cluster meets")
        .with_help("leave the key out to take any value")
}

/// A provider or region that is no label value makes Karmada refuse every cluster: `karmada f8fdd02 pkg/util/selector.go ClusterMatches`.
fn check_place(value: &Spanned<String>, decoder: &mut Decoder<'_>) -> Result<(), Reported> {
    crate::k8s::name::check_label_value(&value.value).map_err(|error| {
        let (message, _) = told(&value.value, error);
        decoder.report(
            Diagnostic::new(codes::INVALID_VALUE, value.span, message)
                .with_note("with such a value Karmada refuses every cluster"),
        )
    })
}

fn list_of_values(node: &Node, decoder: &mut Decoder<'_>) -> Reported {
    let written = decoder.source_text(node.span);
    let message = "expected a value or a map, found a list";
    let diagnostic = Diagnostic::new(codes::WRONG_TYPE, node.span, message);
    decoder.report(if written.contains('\n') {
        diagnostic.with_help("write the list under `in`")
    } else {
        diagnostic.with_replacement("any of these", node.span, format!("{{in: {written}}}"))
    })
}

/// What a label of the cluster must be.
#[derive(Debug, Clone, PartialEq)]
pub enum LabelCondition {
    /// It has this value.
    Equal(Spanned<String>),
    /// It has one of these values.
    In(Vec<Spanned<String>>),
    /// It has none of these values, or is not there.
    NotIn(Vec<Spanned<String>>),
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
}

record! {
    /// What a label of the cluster must be: one of in, notIn and exists.
    LongCondition {
        /// It has one of these values.
        within "in": Option<Spanned<Vec<Spanned<String>>>>, example ["prod", "canary"];
        /// It has none of these values, or is not there.
        not_within "notIn": Option<Spanned<Vec<Spanned<String>>>>, example ["test"];
        /// Whether it is there at all.
        exists "exists": Option<Spanned<bool>>, example true;
    }
}

impl Shape for LabelCondition {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let Value::Mapping(_) = &node.value else {
            if let Value::Sequence(_) = &node.value {
                return Err(list_of_values(node, decoder));
            }
            let Text(text) = Text::decode(node, decoder)?;
            let value = Spanned::new(text, node.span);
            check_place(&value, decoder)?;
            return Ok(Self::Equal(value));
        };
        let long = LongCondition::decode(node, decoder)?;
        let places = [
            long.within.as_ref().map(|values| values.span),
            long.not_within.as_ref().map(|values| values.span),
            long.exists.map(|exists| exists.span),
        ];
        one_of(long.at, &places, "`in`, `notIn`, or `exists`", decoder)?;
        for values in [&long.within, &long.not_within].into_iter().flatten() {
            if values.value.is_empty() {
                return Err(decoder.report(empty_list(node)));
            }
            for value in &values.value {
                check_place(value, decoder)?;
            }
        }
        if let Some(values) = long.within {
            return Ok(Self::In(values.value));
        }
        if let Some(values) = long.not_within {
            return Ok(Self::NotIn(values.value));
        }
        let exists = long.exists.is_none_or(|exists| exists.value);
        Ok(if exists { Self::Exists } else { Self::DoesNotExist })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [Text::schema(definitions), LongCondition::schema(definitions)] })
    }
}
