//! Services.

use crate::schema::record;
use crate::spec::Annotations;
use crate::spec::Labels;
use crate::spec::ServicePort;
use crate::spec::port::PortList;

record! {
    /// A Service. Takes every other field of Kubernetes' ServiceSpec: `type`, `clusterIP`, `sessionAffinity`, and so on.
    Service rest "core.v1.ServiceSpec" except [] {
        /// Labels on the Service alone.
        labels "labels": Labels;
        /// Annotations on the Service alone.
        annotations "annotations": Annotations, example {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"};
        /// Ports by name: a number, or a map with `port` and `targetPort`.
        ports "ports": PortList<ServicePort>, example {"http": 80};
        /// The pods it leads to. Left out: those of the workload.
        selector "selector": Option<Labels>, example {"app": "storefront"};
    }
}
