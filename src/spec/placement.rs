//! Where the application runs.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Homes;
use crate::schema::Integer;
use crate::schema::Map;
use crate::schema::Shape;
use crate::schema::Text;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::ClusterName;
use crate::spec::LabelKey;
use crate::spec::container::one_of;
use crate::spec::name::ClusterNameKey;
use crate::spec::name::told;
use crate::spec::workload::Replicas;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

/// A placement that the Fleet names, or one written out.
#[derive(Debug, Clone, PartialEq)]
pub enum PlacementChoice {
    /// The name of a placement in the Fleet.
    Named(Spanned<String>),
    /// A placement written out.
    Written(Box<Placement>),
}

impl Shape for PlacementChoice {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        match &node.value {
            Value::String(scalar) => Ok(Self::Named(Spanned::new(scalar.text.clone(), node.span))),
            Value::Sequence(_) => Err(list_of_clusters(node, decoder)),
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Mapping(_) | Value::Poisoned => {
                Placement::decode(node, decoder).map(|written| Self::Written(Box::new(written)))
            }
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
        clusters "clusters": Vec<Spanned<ClusterName>>, example ["member1", "member2"];
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
    Placement flat selector: ClusterSelector later ["groups", "from"] {
        /// Taints of clusters that do no harm.
        tolerations "tolerations": Vec<ClusterToleration>;
        /// How replicas are shared out.
        strategy "strategy": Option<Spanned<Strategy>>, default "Duplicated", example "DynamicWeight";
        /// The weights of StaticWeight; a cluster that none matches gets nothing.
        weights "weights": Vec<Weight>, example [{"clusters": ["member1"], "weight": 2}];
        /// The replicas of Fixed, by cluster.
        replicas "replicas": Map<Spanned<Replicas>, ClusterNameKey>, example {"member1": 3, "member2": 2};
        /// How widely to spread.
        spread "spread": Option<Spread>;
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
        toleration_seconds "tolerationSeconds": Option<Integer<0, { i64::MAX }>>;
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
