//! Names that pods look up: kubernetes v1.33 `pkg/apis/core/validation` `validatePodDNSConfig`, `ValidateHostAliases`.

use crate::diagnostic::codes;
use crate::k8s::name::check_dns_label;
use crate::k8s::name::check_dns_subdomain;
use crate::k8s::rules::Breach;
use crate::k8s::rules::cursor::Cursor;
use crate::k8s::rules::metadata::invalid;
use std::net::IpAddr;

const MOST_NAMESERVERS: usize = 3;
const MOST_SEARCHES: usize = 32;
const MOST_SEARCH_CHARACTERS: usize = 2048;

/// Checks the DNS of a pod, its own names, and the names it is told.
pub(super) fn check(pod: &Cursor<'_>, found: &mut Vec<Breach>) {
    check_policy(pod, found);
    if let Some(config) = pod.get("dnsConfig") {
        check_config(&config, found);
    }
    for key in ["hostname", "subdomain"] {
        let Some(at) = pod.get(key) else { continue };
        let text = at.value.as_str().unwrap_or_default();
        if let Err(error) = check_dns_label(text) {
            found.push(invalid(Breach::value, (&at, text, key), &error, codes::INVALID_NAME));
        }
    }
    if let Some(aliases) = pod.get("hostAliases") {
        aliases.items().for_each(|alias| check_alias(&alias, found));
    }
}

fn check_policy(pod: &Cursor<'_>, found: &mut Vec<Breach>) {
    let Some(policy) = pod.get("dnsPolicy") else { return };
    match policy.value.as_str() {
        Some("None") => {
            let config = pod.get("dnsConfig");
            let servers = config.as_ref().and_then(|config| config.get("nameservers"));
            if servers.is_none_or(|servers| servers.len() == 0) {
                found.push(
                    Breach::value(&policy, "with `dnsPolicy: None`, the pods know no name server")
                        .help("add `dnsConfig: {nameservers: [192.0.2.53]}` beside it"),
                );
            }
        }
        Some("ClusterFirstWithHostNet") if !pod.is_true("hostNetwork") => found.push(
            Breach::value(&policy, "`ClusterFirstWithHostNet` is for pods with `hostNetwork: true`")
                .note("other pods get the same from `ClusterFirst`, the default")
                .help("leave `dnsPolicy` out, or add `hostNetwork: true`"),
        ),
        _ => {}
    }
}

fn check_config(config: &Cursor<'_>, found: &mut Vec<Breach>) {
    if let Some(servers) = config.get("nameservers") {
        refuse_more(&servers, MOST_NAMESERVERS, "name servers", found);
        servers.items().for_each(|server| check_address(&server, found));
    }
    if let Some(searches) = config.get("searches") {
        refuse_more(&searches, MOST_SEARCHES, "search domains", found);
        let texts = searches.items().filter_map(|search| search.value.as_str().map(str::len));
        let length: usize = texts.map(|length| length + 1).sum();
        if length > MOST_SEARCH_CHARACTERS + 1 {
            let message = format!("the search domains have more than {MOST_SEARCH_CHARACTERS} characters");
            found.push(Breach::key(&searches, message));
        }
        searches.items().for_each(|search| check_search(&search, found));
    }
    let Some(options) = config.get("options") else { return };
    for option in options.items() {
        if option.text("name").is_none_or(str::is_empty) {
            found.push(Breach::missing(&option, "an option of `dnsConfig` needs a `name`"));
        }
    }
}

fn refuse_more(list: &Cursor<'_>, most: usize, noun: &str, found: &mut Vec<Breach>) {
    if list.len() > most {
        let message = format!("a pod has at most {most} {noun}, found {}", list.len());
        found.push(Breach::key(list, message));
    }
}

fn check_search(search: &Cursor<'_>, found: &mut Vec<Breach>) {
    let text = search.value.as_str().unwrap_or_default();
    let bare = text.strip_suffix('.').unwrap_or(text).replace('_', "-");
    if text != "."
        && let Err(error) = check_dns_subdomain(&bare)
    {
        found.push(invalid(Breach::value, (search, text, "search domain"), &error, codes::INVALID_NAME));
    }
}

fn check_alias(alias: &Cursor<'_>, found: &mut Vec<Breach>) {
    if let Some(address) = alias.get("ip") {
        check_address(&address, found);
    }
    let Some(names) = alias.get("hostnames") else { return };
    for name in names.items() {
        let text = name.value.as_str().unwrap_or_default();
        if let Err(error) = check_dns_subdomain(text) {
            found.push(invalid(Breach::value, (&name, text, "host name"), &error, codes::INVALID_NAME));
        }
    }
}

/// Checks an address without a prefix or a port.
pub(super) fn check_address(at: &Cursor<'_>, found: &mut Vec<Breach>) {
    let text = at.value.as_str().unwrap_or_default();
    if text.parse::<IpAddr>().is_err() {
        let message = format!("expected an IP address, found `{text}`");
        found.push(Breach::value(at, message).code(codes::INVALID_VALUE));
    }
}
