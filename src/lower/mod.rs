//! Turns an App into objects of which nothing is implied any more. The last phase in which the input can be at fault.

mod account;
mod affinity;
mod around;
mod autoscaling;
mod backend;
mod character;
mod claim;
mod competing;
mod config;
mod container;
mod content;
mod dependencies;
mod diagnostics;
mod disruption;
mod division;
mod groups;
mod hook;
mod identity;
mod ingress;
mod kubernetes;
mod manifest;
mod namespace;
mod overrides;
mod placement;
mod pod;
mod policies;
mod propagation;
mod real_name;
mod release;
mod secret_type;
mod selection;
mod service;
mod service_rules;
mod spread;
mod volume;
mod workload;

use crate::bundle::Object;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::Reported;
use crate::document::Attachments;
use crate::fleet::Inventory;
use crate::ir::App;
use crate::k8s::gvk::ObjectKey;
use crate::karmada::version::KarmadaVersion;
use crate::lower::real_name::RealName;
use crate::schema::Kubernetes;
use crate::source::Span;
use crate::spec;
use crate::yaml::Node;
use std::collections::BTreeMap;

/// What an App is lowered against.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The clusters there are, where a Fleet tells.
    pub inventory: Option<&'a Inventory>,
    /// Objects that live on the control plane already, as folders named with `--with` show them.
    pub found: &'a BTreeMap<ObjectKey, Node>,
    /// The version of Karmada that is built for.
    pub karmada: KarmadaVersion,
    /// The version of Kubernetes that is built for.
    pub kubernetes: &'a Kubernetes,
    /// The App of each namespace that brings the Namespace, where any asks for it.
    pub bringers: &'a BTreeMap<String, String>,
}

/// An App while it is lowered.
struct Lowering<'a> {
    app: &'a spec::App,
    attachments: &'a Attachments,
    world: World<'a>,
    real_names: Vec<RealName>,
    diagnostics: &'a mut Diagnostics,
}

impl Lowering<'_> {
    fn name(&self) -> &str {
        self.app.metadata.name.value.as_str()
    }

    fn namespace(&self) -> &str {
        spec::namespace(self.app.metadata.namespace.as_ref())
    }

    /// The place that stands for the whole App.
    fn at(&self) -> Span {
        self.app.metadata.name.span
    }
}

/// Turns an App, with what the files hold that it names, and with the objects of a stream, where it wraps one, into objects,
/// and reports E04xx and E07xx. What comes of an App with an error must not be written: the proof stands beside it.
pub fn lower(
    (app, stream): (&spec::App, Option<Vec<Node>>),
    attachments: &Attachments,
    world: World<'_>,
    diagnostics: &mut Diagnostics,
) -> (App, Result<(), Reported>) {
    let mut lowering = Lowering { app, attachments, world, real_names: Vec::new(), diagnostics };
    let errors = lowering.diagnostics.error_count();
    let mut objects: Vec<Object> = Vec::new();
    let workload = lowering.lower_workload();
    objects.extend(lowering.lower_account());
    objects.extend(lowering.lower_config_maps());
    objects.extend(lowering.lower_secrets());
    objects.extend(lowering.lower_claims());
    objects.extend(lowering.lower_services(workload.as_ref()));
    objects.extend(lowering.lower_ingresses());
    objects.extend(lowering.lower_autoscaling(workload.as_ref()));
    objects.extend(lowering.lower_disruption_budget(workload.as_ref()));
    objects.extend(workload);
    let is_alone = stream.is_none();
    objects.extend(lowering.lower_manifests(stream.unwrap_or_default()));
    lowering.rename_references(&mut objects);
    let config = (&app.spec.config_maps.0, &app.spec.secrets.0);
    let is_bare =
        config.0.is_empty() && config.0.lost.is_empty() && config.1.is_empty() && config.1.lost.is_empty();
    let is_empty = is_alone && objects.is_empty() && is_bare && lowering.namespace_choice().is_none();
    if is_empty && app.spec.lost.is_empty() && !lowering.diagnostics.has_errors() {
        lowering.nothing_to_send(app.spec.at);
    }
    let placement = lowering.lower_placement();
    let namespace = lowering.lower_namespace(&placement);
    let request = lowering.namespace_choice().zip(namespace.as_ref());
    let namespace_request = request.map(|((at, _), namespace)| namespace.request(at));
    let brought = namespace.filter(|_| lowering.brings_namespace());
    let (namespace, policy) = brought.map(|brought| (brought.object, brought.policy)).unzip();
    objects.extend(namespace);
    lowering.check_identities(&objects);
    lowering.check_characters(&objects);
    lowering.check_backends(&objects);
    lowering.check_workload_affinity(&objects);
    lowering.check_scaling(&placement, &objects);
    lowering.check_multi_cluster(&placement);
    let mut analysis = lowering.analyse_dependencies(&objects);
    let overrides = lowering.lower_overrides(&placement, (&objects, &mut analysis));
    let mut propagation = lowering.lower_propagation(&placement, (&objects, &analysis));
    lowering.check_competing(&objects, &propagation);
    lowering.wait_for_overrides(&mut propagation, &overrides);
    propagation.extend(policy.flatten());
    lowering.check_objects(&objects);
    let outcome = lowering.diagnostics.error_since(errors).map_or(Ok(()), Err);
    let app = App {
        name: lowering.name().to_owned(),
        namespace: lowering.namespace().to_owned(),
        at: lowering.at(),
        objects,
        propagation,
        overrides,
        dependencies: analysis.dependencies,
        clusters: placement.known_clusters(),
        namespace_request,
    };
    (app, outcome)
}
