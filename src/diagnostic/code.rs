//! The table of codes: each names one kind of fault, for ever, and has a page.

/// How bad a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is built.
    Error,
    /// The user should act, and the build goes on.
    Warning,
}

impl Severity {
    /// The word that a user reads.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `E` and four digits, or the kebab-case name of a lint.
    pub id: &'static str,
    /// The severity that it has unless the user says otherwise.
    pub severity: Severity,
    /// The page that `pelago explain` prints, in Markdown.
    pub page: &'static str,
}

macro_rules! codes {
    ($($severity:ident $name:ident $id:literal: $doc:literal;)*) => {
        /// A constant for each code.
        pub mod codes {
            use super::Code;
            use super::Severity;
            $(
                #[doc = $doc]
                pub const $name: Code = Code {
                    id: $id,
                    severity: Severity::$severity,
                    page: include_str!(concat!("pages/", $id, ".md")),
                };
            )*
        }

        /// All codes, in the order of the phases.
        pub const CODES: &[Code] = &[$(codes::$name),*];
    };
}

codes! {
    Error SYNTAX "E0101": "The text is no YAML.";
    Error TAB_INDENTATION "E0102": "A tab is used for indentation.";
    Error DUPLICATE_KEY "E0103": "A map has one key twice.";
    Error NOT_REPRESENTABLE "E0104": "Kubernetes cannot hold the value.";
    Error UNKNOWN_ANCHOR "E0105": "An alias names an anchor that does not stand before it.";
    Error LOST_TEXT "E0106": "A Kubernetes reader would drop text without a word.";
    Error TOO_LARGE "E0107": "The document is larger or deeper than any App needs.";
    Error NOT_TEXT "E0108": "The file is not UTF-8 text.";
    Error DUPLICATE_DOCUMENT "E0109": "Two documents have one identity.";

    Error UNKNOWN_KEY "E0201": "A key that this place does not have.";
    Error WRONG_TYPE "E0202": "A value of another type than the field takes.";
    Error MISSING_KEY "E0203": "A key that this place needs is missing.";
    Error INVALID_CHOICE "E0204": "A value that is none of those the field takes.";
    Error INVALID_NAME "E0205": "A name that Kubernetes refuses.";
    Error INVALID_QUANTITY "E0206": "A quantity that Kubernetes refuses.";
    Error INVALID_IMAGE "E0207": "An image reference that no container runtime can pull.";
    Error INVALID_PORT "E0208": "A port outside of 1 to 65535, or an invalid port name.";
    Error INVALID_PERCENTAGE "E0209": "A value that is neither a number nor a percentage.";
    Error INVALID_LABEL "E0210": "A label or annotation that Kubernetes refuses.";
    Error OUT_OF_RANGE "E0212": "A number that is too small or too large.";
    Error CONFLICTING_KEYS "E0213": "Keys that exclude each other, or of which one is needed.";
    Error DUPLICATE_NAME "E0214": "Two entries of a list have one name.";
    Error UNKNOWN_KIND "E0215": "A document whose apiVersion or kind is not Pelago's.";
    Error SCHEMA_MISMATCH "E0216": "The published schema refuses what was written.";
    Error NEWER_FIELD "E0217": "A field that the target version does not have.";
    Error INVALID_VALUE "E0218": "A text that does not have the form the field takes.";
    Error INVALID_PATCH "E0219": "A patch that is no JSON patch.";

    Error EXPRESSION_SYNTAX "E0301": "An expression that cannot be read.";
    Error UNDEFINED_NAME "E0302": "An expression uses a name that is not defined.";
    Error EXPRESSION_VALUE "E0303": "An expression gives a value that cannot stand here.";
    Error EXPRESSION_LIMIT "E0304": "An expression is too long or takes too many steps.";
    Error EXPRESSION_FAILED "E0305": "An expression fails when it is evaluated.";
    Error UNREADABLE_FILE "E0306": "A file that the App refers to cannot be read.";
    Error OUTSIDE_OF_ROOT "E0307": "A path leads out of the folder that it starts from.";
    Error INVALID_ENV_LINE "E0311": "A line of a file of variables that is no `KEY=value`.";
    Error MISSING_VARIABLE "E0312": "A variable of the environment that is not set, or empty.";
    Error UNKNOWN_PROFILE "E0320": "A profile that no App has.";
    Error INVALID_SETTING "E0321": "A value from the command line that cannot be followed.";

    Error UNKNOWN_CLUSTER "E0401": "A cluster that the Fleet does not have.";
    Error UNKNOWN_PLACE "E0402": "A provider, region, zone or label that no cluster of the Fleet has.";
    Error UNKNOWN_PLACEMENT "E0403": "A named placement that the Fleet does not have.";
    Error OVERRIDE_OUTSIDE_OF_PLACEMENT "E0404": "An override for clusters that the placement leaves out.";
    Error UNKNOWN_CONTAINER "E0405": "An override of a container or an object that the App does not have.";
    Error PATCH_DOES_NOT_APPLY "E0406": "A patch that cannot be applied to the generated object.";
    Error OVERRIDE_WITHOUT_EFFECT "E0407": "An override that changes nothing.";
    Error MISSING_DEPENDENCY "E0408": "A reference to an object that nobody defines.";
    Error MISSING_DEPENDENCY_KEY "E0409": "A reference to a key that the object does not have.";
    Error UNKNOWN_PORT_NAME "E0410": "A port name that no container has.";
    Error SERVICE_PORT_WITHOUT_TARGET "E0411": "A service port that leads to no container port.";
    Error STRATEGY_CONFLICT "E0412": "A key of the placement that its strategy does not use.";
    Error REPLICAS_DO_NOT_FIT "E0413": "Fixed replicas that cannot come out as written.";
    Error INVALID_SPREAD "E0414": "A spread that no set of clusters can meet.";
    Error NO_CLUSTER_LEFT "E0415": "A placement that selects no cluster.";
    Error NEEDS_FLEET "E0416": "Something that only a Fleet can answer.";
    Error DUPLICATE_OBJECT "E0417": "Two objects of one build have one identity.";
    Error OVERRIDES_COLLIDE "E0418": "Two overrides that cannot both be applied to one cluster.";
    Error UNKNOWN_VOLUME "E0419": "A mount of a volume that the pod does not have.";
    Error DUPLICATE_PORT "E0420": "Two containers of one pod use one port.";
    Error FAILOVER_NEEDS "E0421": "Failover that Karmada would refuse or ignore.";
    Error UNPROPAGATED_NAMESPACE "E0422": "A namespace that Karmada never propagates.";
    Error SELECTOR_MISMATCH "E0423": "A selector that does not match the pods.";
    Error IMMUTABLE_IDENTITY "E0424": "An override that changes what an object is.";
    Error PLACEMENT_CIRCLE "E0425": "A placement of the Fleet that starts from itself.";
    Error EMPTY_OVERFLOW "E0426": "An overflow that says no clusters.";
    Error NAMESPACE_NOT_SENT "E0427": "A Namespace that Karmada does not send.";
    Error NAMESPACES_DIFFER "E0428": "Apps of one namespace that want its Namespace differently.";
    Error AFFINITY_WITHOUT_LABEL "E0429": "Workload affinity by a label that leads to no other workload.";
    Error RULE_OF_KUBERNETES "E0433": "An object that breaks a rule of Kubernetes.";
    Error TOO_MUCH_CONFIG "E0441": "A ConfigMap or Secret that is larger than Kubernetes takes.";
    Error DUPLICATE_CONFIG_KEY "E0442": "A key of a ConfigMap or Secret that comes twice.";
    Error UNKNOWN_BACKEND "E0470": "An Ingress that leads to a Service or port that nobody defines.";
    Error SERVICE_REFUSED "E0471": "A Service that Kubernetes would refuse, or Karmada change.";
    Error AUTOSCALING_REFUSED "E0472": "Autoscaling that Kubernetes or Karmada would refuse or ignore.";
    Error REFUSED_BY_KUBERNETES "E0473": "An object with a field that Kubernetes does not take.";
    Error NEEDS_WORKLOAD "E0474": "A key that has no meaning without a workload.";
    Error NEEDS_NGINX "E0475": "A feature of ingress-nginx on an Ingress of another class.";

    Error POLICY_REFUSED "E0501": "A policy that Karmada's API server refuses.";
    Error OBJECT_UNREADABLE "E0502": "An object whose replicas Karmada cannot read.";
    Error OVERRIDE_FAILS "E0503": "An override policy that cannot be applied to an object.";
    Error INVALID_RESULT "E0504": "An override policy that makes an object that Kubernetes refuses.";
    Error OPEN_RESULT "E0505": "A result that depends on what the Fleet does not say.";

    Error NO_OBJECT "E0601": "A document that is no object of Kubernetes.";
    Error NAMELESS_OBJECT "E0602": "An object without a name.";
    Error DIFFERENT_COPIES "E0603": "Two objects of one name that differ.";
    Error TEMPLATE "E0604": "A template of Helm instead of an object.";
    Error KUSTOMIZATION "E0605": "A kustomization that changes the objects beside it.";
    Error CONTROL_PLANE_OBJECT "E0606": "An object of Karmada's control plane among those of a cluster.";
    Error VERSIONS_OF_CLUSTERS "E0607": "An object that clusters have in different versions of its kind.";
    Error SCORE_VERSION "E0640": "A version of Score that does not exist.";
    Error SCORE_PLACEHOLDER "E0641": "A placeholder of Score that refers to nothing.";
    Error SCORE_ORDER "E0642": "Containers of Score in an order that cannot be.";

    Error GENERATED_NAME "E0701": "An object whose name the API server makes up.";
    Error NAMESPACE_NOT_SAID "E0702": "An object of a stream whose namespace nothing says.";
    Error OTHER_NAMESPACE "E0703": "An App of another namespace than the command line asks for.";

    Error NO_RESOURCE_LIST "E0720": "The input of a KRM function is no ResourceList.";
    Error UNKNOWN_FUNCTION_CONFIG "E0721": "A `functionConfig` of a kind that says nothing to Pelago.";
    Error UNKNOWN_FUNCTION_SETTING "E0722": "A setting of a KRM function that does not exist.";
    Error INVALID_FUNCTION_SETTING "E0723": "A setting of a KRM function with a value that it cannot have.";
    Error OBJECT_IN_LIST "E0724": "An object of an App that a list of items has already.";
    Error PATH_OUT_OF_PACKAGE "E0725": "The path of an item's file that leads out of the package.";

    Warning OPTIONAL_DEPENDENCY_MISSING "optional-dependency-missing": "An optional reference to an object that nobody defines.";
    Warning CLUSTER_WITHOUT_WEIGHT "cluster-without-weight": "A selected cluster that no static weight matches.";
    Warning CLUSTER_TAINTED "cluster-tainted": "A cluster that is named, and has a taint that is not tolerated.";
    Warning UNREACHABLE_GROUP "unreachable-group": "A group of clusters that an earlier one leaves nothing to do.";
    Warning NAMESPACE_LEFT_BEHIND "namespace-left-behind": "An App on a cluster that its Namespace does not come to.";
    Warning RUNS_IN_EVERY_CLUSTER "runs-in-every-cluster": "A dividing strategy for a workload without replicas.";
    Warning DIVIDED_STATEFUL_SET "divided-stateful-set": "A dividing strategy for a StatefulSet.";
    Warning DIVIDED_INDEXED_JOB "divided-indexed-job": "A dividing strategy for a Job whose pods have indexes.";
    Warning MISSING_GOVERNING_SERVICE "missing-governing-service": "A StatefulSet whose pods get no DNS names.";
    Warning SERVICE_WITHOUT_PODS "service-without-pods": "A Service that selects no pods, and leads nowhere else.";
    Warning SECRET_TYPE_NEAR_MISS "secret-type-near-miss": "A type of a Secret that misses one of Kubernetes' by a letter.";
    Warning AMBIGUOUS_SCALAR "ambiguous-scalar": "A plain text that kubectl and kustomize read differently.";
    Warning CONTROL_CHARACTER "control-character": "A character that kustomize cannot carry.";
    Warning AUTOSCALER_CONFLICT "autoscaler-conflict": "An autoscaler on each cluster, and replicas that Karmada sets too.";
    Warning REQUEST_MISSING "request-missing": "A container without the request that an autoscaler measures by.";
    Warning UNUSUAL_NODE_PORT "unusual-node-port": "A node port outside of the range that clusters have unless told otherwise.";
    Warning UNKNOWN_SCOPE "unknown-scope": "An object without a namespace, of a kind that may need one.";
    Warning COMPETING_POLICY "competing-policy": "A policy among the objects of an App that selects what the App's own policies name.";
    Warning UNUSED_VARIABLE "unused-variable": "A variable that no expression uses.";
    Warning UNUSED_ALLOW "unused-allow": "A comment that allows a lint which is not told there.";

    Warning POLICY_KEPT "policy-kept": "A policy that an import keeps as it is.";
    Warning POLICY_REPLACED "policy-replaced": "A policy that an import says in the words of Apps.";
    Warning POLICY_CHANGED "policy-changed": "A part of a policy that an import leaves out, because Karmada does not do it.";
    Warning OBJECT_UNCLAIMED "object-unclaimed": "An object that none of the imported policies carries.";
    Warning SELECTOR_LOST "selector-lost": "A selector of an imported policy for an object that is not there.";
    Warning SECRET_LEFT_OUT "secret-left-out": "A Secret whose values an import does not copy.";
    Warning SCORE_PROVIDED "score-provided": "Something that a workload of Score needs, and that its App only refers to.";
    Warning SCORE_OPEN "score-open": "A value of a workload of Score that is still to be written.";
    Warning SCORE_LEFT_OUT "score-left-out": "A part of a workload of Score that its App does not say.";
    Warning SECRETS_DIFFER "secrets-differ": "A Secret that has other values on other clusters.";
    Warning DIFFERENCE_KEPT "difference-kept": "A difference between clusters that an import says as a policy of Karmada.";

    Error UNKNOWN_API_VERSION "unknown-api-version": "A kind that Kubernetes does not have under this apiVersion.";
    Error SPREAD_WITHOUT_MAX_GROUPS "spread-without-max-groups": "A spread constraint without an upper bound, which selects no cluster.";
    Error SPREAD_BY_LABEL "spread-by-label": "A spread constraint that Karmada's scheduler never meets.";
    Warning SPREAD_FIELD_IGNORED "spread-field-ignored": "A spread by zone or provider, which chooses nothing.";
    Warning SPREAD_IGNORED "spread-ignored": "A spread constraint that fixed weights switch off.";
    Warning SPREAD_BOUNDS_CROSS "spread-bounds-cross": "A spread over fewer clusters than regions.";
    Error NEVER_MATCHES "never-matches": "A selector or a toleration that matches nothing, whatever there is.";
    Warning TOLERATION_WITHOUT_KEY "toleration-without-key": "A toleration that compares values alone.";
    Warning TOLERATION_PART_IGNORED "toleration-part-ignored": "A part of a toleration that Karmada does not look at.";
    Error SCHEDULER_NEAR_MISS "scheduler-near-miss": "A scheduler that is not called so.";
    Warning SCHEDULING_TYPE_MISSING "scheduling-type-missing": "A replica scheduling that leaves its type to a default.";
    Warning DIVISION_PREFERENCE_MISSING "division-preference-missing": "A division that does not say by what.";
    Warning WEIGHTS_IGNORED "weights-ignored": "Weights that the replica scheduling does not use.";
    Warning WEIGHT_WITHOUT_CLUSTER "weight-without-cluster": "A static weight for clusters that the placement leaves out.";
    Warning CLUSTER_WITHOUT_REPLICAS "cluster-without-replicas": "A selected cluster that is too light for a single replica.";
    Warning DIVISION_TIE "division-tie": "A division of replicas that a hash decides.";
    Warning DIVISION_BY_VERSION "division-by-version": "A division of replicas that older versions of Karmada do otherwise.";
    Warning DUPLICATED_BY_DEFAULT "duplicated-by-default": "A placement without replica scheduling, which gives all replicas to each cluster.";
    Warning GROUPS_TRIED_IN_ORDER "groups-tried-in-order": "Groups of clusters of which one is used, and the others not besides.";
    Warning JOB_COMPLETIONS_SWAPPED "job-completions-swapped": "A divided Job whose completions an older Karmada gives to other clusters.";
    Warning LABEL_SELECTOR_IGNORED "label-selector-ignored": "A label selector beside a name.";
    Error SELECTOR_WILDCARD "selector-wildcard": "A wildcard in a selector, which stands for itself.";
    Error SELECTOR_SCOPE "selector-scope": "A namespaced policy that selects a kind without namespace.";
    Warning SELECTOR_NEAR_MISS "selector-near-miss": "A selector that misses an object by a letter, a version, or a namespace.";
    Warning SELECTOR_WITHOUT_OBJECT "selector-without-object": "A selector that selects none of the given objects.";
    Warning OBJECT_WITHOUT_POLICY "object-without-policy": "An object that none of the given policies selects.";
    Warning OVERRIDE_WITHOUT_SELECTOR "override-without-selector": "An override policy for everything.";
    Warning POLICIES_OF_EQUAL_RANK "policies-of-equal-rank": "Two policies of which only the name decides.";
    Error BINDING_COLLISION "binding-collision": "Two objects that Karmada tracks under one name.";
    Warning DEPENDENCY_LEFT_BEHIND "dependency-left-behind": "An object that a propagated one needs, and that no policy propagates.";
    Warning SERVICE_LEFT_BEHIND "service-left-behind": "A Service of propagated pods that no policy propagates.";
    Warning COMPANION_LEFT_BEHIND "companion-left-behind": "An object about propagated pods that no policy propagates.";
    Warning CRD_LEFT_BEHIND "crd-left-behind": "A custom resource that goes where its definition does not.";
    Warning CLUSTER_WITHOUT_API "cluster-without-api": "A selected cluster that does not know the kind of the object.";
    Warning NAMESPACE_EVERYWHERE "namespace-everywhere": "A namespace for some clusters, which Karmada sends to all.";
    Warning MEMBER_SETS_FIELD "member-sets-field": "A field that each cluster sets, and that Karmada sets back.";
    Warning SHARED_DEPENDENCY "shared-dependency": "A dependency of workloads whose policies treat it differently.";
    Warning AUTOSCALER_AND_DIVISION "autoscaler-and-division": "An autoscaler and Karmada that both set the replicas.";
    Warning OVERRIDERS_IGNORED "overriders-ignored": "Overriders beside rules, which Karmada does not read.";
    Warning OVERRIDERS_DEPRECATED "overriders-deprecated": "Overriders in the deprecated place.";
    Error OVERRIDE_PATH_WITHOUT_SLASH "override-path-without-slash": "An override path whose first step is lost.";
    Warning OVERRIDE_VALUE_MISSING "override-value-missing": "An override that writes null.";
    Error OVERRIDE_TAG_INVALID "override-tag-invalid": "A tag that Karmada does not write.";
    Error OVERRIDE_CRASHES "override-crashes": "An override on which Karmada crashes.";
    Error OVERRIDE_OF_IDENTITY "override-of-identity": "An override that makes another object.";
    Warning OVERRIDE_DROPS_ENTRIES "override-drops-entries": "An override that takes the place of a whole map.";
    Warning OVERRIDE_NO_EFFECT "override-no-effect": "An override that Karmada applies to nothing.";
    Warning INIT_CONTAINERS_SKIPPED "init-containers-skipped": "An image override that leaves the init containers alone.";
    Warning DIGEST_LOST "digest-lost": "An image override that drops the digest.";
    Warning REPLICAS_OVERRIDDEN "replicas-overridden": "An override of replicas that Karmada divides.";
    Warning OVERRIDES_OF_ONE_FIELD "overrides-of-one-field": "Two override policies that write one field.";
}
