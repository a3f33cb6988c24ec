//! Services: kubernetes v1.33 `pkg/apis/core/validation` `ValidateService`.

use crate::diagnostic::codes;
use crate::k8s::name::check_dns_subdomain;
use crate::k8s::name::check_label_key;
use crate::k8s::rules::Breach;
use crate::k8s::rules::breach::refuse_twice;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::metadata::check_labels;
use crate::k8s::rules::metadata::invalid;
use crate::k8s::rules::network::check_address;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The fields that only some types have.
const FIELDS_OF_TYPES: &[(&str, &[&str])] = &[
    ("externalName", &["ExternalName"]),
    ("allocateLoadBalancerNodePorts", &["LoadBalancer"]),
    ("loadBalancerClass", &["LoadBalancer"]),
    ("loadBalancerIP", &["LoadBalancer"]),
    ("loadBalancerSourceRanges", &["LoadBalancer"]),
    ("healthCheckNodePort", &["LoadBalancer"]),
];

/// The types that are reached from outside.
const OUTSIDE: &[&str] = &["NodePort", "LoadBalancer"];

/// The node ports of a cluster that says nothing else: kubernetes v1.33 `pkg/kubeapiserver/options`
/// `DefaultServiceNodePortRange`.
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30_000..=32_767;

/// How long a client comes back to the same pod, in seconds.
const AFFINITY_SECONDS: std::ops::RangeInclusive<i64> = 1..=86_400;

/// The numbers of ports.
const PORTS: std::ops::RangeInclusive<i64> = 1..=65_535;

/// Checks a Service.
pub(super) fn check(root: &Cursor<'_>, spec: &Cursor<'_>, found: &mut Vec<Breach>) {
    let kind = spec.text("type").filter(|kind| !kind.is_empty()).unwrap_or("ClusterIP");
    check_presence(root, (spec, kind), found);
    for (_, field) in spec.entries() {
        check_field(&field, (spec, kind), found);
    }
    if let Some(ports) = spec.get("ports") {
        check_ports(&ports, kind, found);
    }
}

/// Reports what the type of a Service needs and does not have.
fn check_presence(root: &Cursor<'_>, (spec, kind): (&Cursor<'_>, &str), found: &mut Vec<Breach>) {
    let Some(metadata) = root.get("metadata") else { return };
    let Some(name) = metadata.get("name") else { return };
    let text = name.value.as_str().unwrap_or_default();
    let missing = |message: String| Breach::missing(&name, message).at_value().code(codes::MISSING_KEY);
    if kind == "ExternalName" && spec.text("externalName").unwrap_or_default().is_empty() {
        found.push(
            missing(format!("the Service `{text}` leads to an outside name and does not say which"))
                .label("`externalName` is needed here")
                .help("add `externalName: db.example.com` below it"),
        );
    }
    let has_port = spec.get("ports").is_some_and(|ports| ports.len() > 0);
    if !has_port && kind != "ExternalName" && spec.text("clusterIP") != Some("None") {
        found.push(
            missing(format!("the Service `{text}` has no port"))
                .label("`ports` is needed here")
                .help("add `ports: {http: 80}`, or `clusterIP: None` for a Service without an address"),
        );
    }
}

fn check_field(field: &Cursor<'_>, (spec, kind): (&Cursor<'_>, &str), found: &mut Vec<Breach>) {
    let key = field.key();
    let types = FIELDS_OF_TYPES.iter().find(|(known, _)| *known == key).map(|(_, types)| *types);
    if let Some(types) = types.filter(|types| !types.contains(&kind)) {
        found.push(of_other_type(field, kind, types));
        return;
    }
    match key {
        "externalTrafficPolicy" if !OUTSIDE.contains(&kind) && spec.get("externalIPs").is_none() => {
            found.push(of_other_type(field, kind, OUTSIDE));
        }
        "healthCheckNodePort" if spec.text("externalTrafficPolicy") != Some("Local") => found.push(
            Breach::key(field, "`healthCheckNodePort` needs `externalTrafficPolicy: Local`")
                .code(codes::SERVICE_REFUSED),
        ),
        "clusterIP" if kind != "ClusterIP" && field.value.as_str() == Some("None") => found.push(
            Breach::value(field, format!("a Service of the type `{kind}` needs an address"))
                .code(codes::SERVICE_REFUSED)
                .note("only a Service of the type `ClusterIP` may have `clusterIP: None`"),
        ),
        "sessionAffinityConfig" if spec.text("sessionAffinity") != Some("ClientIP") => found.push(
            Breach::key(field, "`sessionAffinityConfig` needs `sessionAffinity: ClientIP`")
                .code(codes::SERVICE_REFUSED)
                .help("write `sessionAffinity: {timeoutSeconds: …}` in its place"),
        ),
        "sessionAffinityConfig" => check_affinity_seconds(field, found),
        "externalIPs" => field.items().for_each(|address| check_outside_address(&address, found)),
        "selector" if kind == "ExternalName" => found.push(of_other_type(field, kind, &["ClusterIP"])),
        "selector" => check_labels(field, found),
        "externalName" => check_outside_name(field, found),
        "loadBalancerSourceRanges" => field.items().for_each(|range| check_range(&range, found)),
        _ => {}
    }
}

fn of_other_type(field: &Cursor<'_>, kind: &str, types: &[&str]) -> Breach {
    Breach::key(field, format!("a Service of the type `{kind}` does not take `{}`", field.key()))
        .code(codes::SERVICE_REFUSED)
        .note("Kubernetes refuses it")
        .help(format!("take it away, or write `type: {}`", types.join("` or `type: ")))
}

fn check_outside_name(field: &Cursor<'_>, found: &mut Vec<Breach>) {
    let text = field.value.as_str().unwrap_or_default();
    if text.is_empty() {
        return;
    }
    if text.parse::<IpAddr>().is_ok() {
        found.push(
            Breach::value(field, format!("`{text}` is an address, and `externalName` is a name"))
                .code(codes::SERVICE_REFUSED)
                .note("clusters look it up as a name, and find nothing"),
        );
    } else if let Err(error) = check_dns_subdomain(text.strip_suffix('.').unwrap_or(text)) {
        found.push(invalid(Breach::value, (field, text, "name"), &error, codes::INVALID_NAME));
    }
}

/// kubernetes v1.33 `pkg/apis/core/validation` `validateClientIPAffinityConfig`.
fn check_affinity_seconds(config: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(client) = config.get("clientIP") else { return };
    let Some(seconds) = client.get("timeoutSeconds") else { return };
    if seconds.value.as_i64().is_some_and(|number| !AFFINITY_SECONDS.contains(&number)) {
        let (least, most) = (AFFINITY_SECONDS.start(), AFFINITY_SECONDS.end());
        let message = format!("expected a number from {least} to {most}, found {}", seconds.value);
        found.push(Breach::value(&seconds, message).code(codes::OUT_OF_RANGE));
    }
}

/// kubernetes v1.33 `pkg/apis/core/validation` `ValidateNonSpecialIP`.
fn check_outside_address(at: &Cursor<'_>, found: &mut Vec<Breach>) {
    let address = at.value.as_str().unwrap_or_default().parse::<IpAddr>();
    let is_link_local = |address: IpAddr| match address {
        IpAddr::V4(address) => address.is_link_local() || address.octets().starts_with(&[224, 0, 0]),
        IpAddr::V6(address) => address.is_unicast_link_local() || address.segments().starts_with(&[0xff02]),
    };
    match address {
        Err(_) => check_address(at, found),
        Ok(address) if address.is_unspecified() || address.is_loopback() || is_link_local(address) => {
            found.push(
                Breach::value(at, format!("`{address}` leads to nothing outside of a node"))
                    .code(codes::SERVICE_REFUSED)
                    .note("Kubernetes refuses it"),
            );
        }
        Ok(_) => {}
    }
}

fn check_range(range: &Cursor<'_>, found: &mut Vec<Breach>) {
    let text = range.value.as_str().unwrap_or_default().trim();
    let parts = text.split_once('/');
    let is_range = parts.is_some_and(|(address, prefix)| {
        let most = match address.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => 32,
            Ok(IpAddr::V6(_)) => 128,
            Err(_) => return false,
        };
        prefix.parse::<u8>().is_ok_and(|length| length <= most)
    });
    if !is_range {
        let message = format!("expected a range of addresses like `203.0.113.0/24`, found `{text}`");
        let breach = Breach::value(range, message).code(codes::INVALID_VALUE);
        let is_address = text.parse::<IpAddr>();
        found.push(match is_address {
            Ok(IpAddr::V4(_)) => breach.replace(format!("{text}/32")),
            Ok(IpAddr::V6(_)) => breach.replace(format!("{text}/128")),
            Err(_) => breach,
        });
    }
}

fn check_ports(ports: &Cursor<'_>, kind: &str, found: &mut Vec<Breach>) {
    refuse_twice(Some(ports), "name", |name| format!("the Service has two ports `{name}`"), found);
    let items: Vec<Cursor<'_>> = ports.items().collect();
    let mut known: BTreeMap<(&str, i64, &str), Cursor<'_>> = BTreeMap::new();
    for port in &items {
        let protocol = port.text("protocol").unwrap_or("TCP");
        for key in ["port", "nodePort"] {
            let Some(at) = port.get(key) else { continue };
            let Some(number) = at.value.as_i64().filter(|number| *number != 0) else { continue };
            match known.get(&(key, number, protocol)) {
                Some(first) => found.push(
                    Breach::value(&at, format!("the port {number} is used twice with one protocol"))
                        .code(codes::SERVICE_REFUSED)
                        .related(first, "first used here")
                        .note("Kubernetes refuses it"),
                ),
                None => {
                    known.insert((key, number, protocol), at);
                }
            }
        }
        check_node_port(port, kind, found);
        if let Some(protocol) = port.get("appProtocol")
            && let Some(text) = protocol.value.as_str()
            && let Err(error) = check_label_key(text)
        {
            found.push(invalid(Breach::value, (&protocol, text, "protocol"), &error, codes::INVALID_NAME));
        }
    }
}

fn check_node_port(port: &Cursor<'_>, kind: &str, found: &mut Vec<Breach>) {
    let Some(at) = port.get("nodePort") else { return };
    if !OUTSIDE.contains(&kind) {
        found.push(of_other_type(&at, kind, OUTSIDE));
    } else if let Some(number) =
        at.value.as_i64().filter(|number| *number != 0 && !NODE_PORTS.contains(number))
    {
        found.push(if PORTS.contains(&number) {
            Breach::value(&at, format!("the node port {number} is outside of 30000 to 32767"))
                .code(codes::UNUSUAL_NODE_PORT)
                .note("a cluster takes it only if its API server was started with another range")
        } else {
            Breach::value(&at, format!("invalid port {number}: expected a number from 1 to 65535"))
                .code(codes::INVALID_PORT)
        });
    }
}
