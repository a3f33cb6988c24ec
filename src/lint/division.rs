//! What comes out where replicas are divided by static weights, for the workloads at hand.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::and_list;
use crate::diagnostic::codes;
use crate::karmada::dispenser;
use crate::karmada::dispenser::Drawn;
use crate::karmada::dispenser::dispense;
use crate::karmada::division::Direction;
use crate::karmada::division::TargetCluster;
use crate::karmada::division::divide;
use crate::karmada::policy::propagation::PropagationSpec;
use crate::karmada::schedule::DivisionMethod;
use crate::karmada::version::WEBSTER_DIVISION;
use crate::lint::object::Object;
use crate::lint::weights::WEIGHTS;
use crate::lint::words::count;
use crate::lint::world::Policy;
use crate::lint::world::World;
use std::collections::BTreeSet;

/// What a division gives, sorted by name.
struct Division {
    /// When smaller names win a tie.
    up: Vec<TargetCluster>,
    /// When larger names do.
    down: Vec<TargetCluster>,
    /// What lots decide, up to Karmada 1.15.
    drawn: Option<Drawn>,
}

/// Reports `cluster-without-replicas`, `division-tie`, and `division-by-version`, but for objects that are scaled.
pub(super) fn check_division(
    (world, policy): (&World<'_>, &Policy<'_, PropagationSpec>),
    (votes, scaled): (&[(&str, i64)], &BTreeSet<usize>),
    diagnostics: &mut Diagnostics,
) {
    for index in policy.selected().into_iter().filter(|index| !scaled.contains(index)) {
        let object = world.object(index);
        let is_taken = world.policy_of(index).is_some_and(|taker| std::ptr::eq(taker.object, policy.object));
        let Some(replicas) = replicas_of(object).filter(|replicas| is_taken && *replicas > 0) else {
            continue;
        };
        let method = DivisionMethod::of(world.karmada.unwrap_or_default());
        let Some(division) = Division::new(method, replicas, votes) else { continue };
        let without = division.without();
        let found = Found { policy, object, replicas };
        if !without.is_empty() {
            diagnostics.report(found.left_out(&division, &without));
        } else if division.up != division.down {
            diagnostics.report(found.tie(&division));
        }
        let earlier = Division::new(DivisionMethod::RoundedDown, replicas, votes);
        if let Some(earlier) = earlier.filter(|earlier| world.karmada.is_none() && division.excludes(earlier))
        {
            diagnostics.report(found.by_version(&division, &earlier));
        }
    }
}

impl Division {
    fn new(method: DivisionMethod, replicas: i32, votes: &[(&str, i64)]) -> Option<Self> {
        match method {
            DivisionMethod::Webster => {
                let up = divide(replicas, votes, Direction::Ascending).ok()?;
                let down = divide(replicas, votes, Direction::Descending).ok()?;
                Some(Self { up, down, drawn: None })
            }
            DivisionMethod::RoundedDown => Self::rounded_down(replicas, votes),
        }
    }

    fn rounded_down(replicas: i32, votes: &[(&str, i64)]) -> Option<Self> {
        let claim = |(name, weight): &(&str, i64)| dispenser::Claim {
            name: (*name).to_owned(),
            weight: *weight,
            previous: 0,
        };
        let dispensed = dispense(replicas, votes.iter().map(claim).collect()).ok()?;
        let mut up = dispensed.targets;
        up.sort_by(|left, right| left.name.cmp(&right.name));
        let mut down = up.clone();
        if let Some(drawn) = &dispensed.drawn {
            let mut names: Vec<&String> = drawn.clusters.iter().collect();
            names.sort();
            let replicas = usize::try_from(drawn.replicas).unwrap_or_default();
            add_one(&mut up, &names.iter().take(replicas).copied().collect());
            add_one(&mut down, &names.iter().rev().take(replicas).copied().collect());
        }
        Some(Self { up, down, drawn: dispensed.drawn })
    }

    /// The clusters that get nothing, or may.
    fn without(&self) -> Vec<&str> {
        let pairs = self.up.iter().zip(&self.down);
        pairs.filter(|(up, down)| up.replicas == 0 || down.replicas == 0).map(|(up, _)| &*up.name).collect()
    }

    /// Whether the other division certainly comes out otherwise.
    fn excludes(&self, other: &Self) -> bool {
        other.drawn.is_none() && self.up != other.up && self.down != other.up
    }
}

fn add_one(targets: &mut [TargetCluster], names: &BTreeSet<&String>) {
    for target in targets.iter_mut().filter(|target| names.contains(&target.name)) {
        target.replicas += 1;
    }
}

/// A workload whose replicas a policy divides.
struct Found<'w, 'a> {
    policy: &'w Policy<'a, PropagationSpec>,
    object: &'w Object<'a>,
    replicas: i32,
}

impl Found<'_, '_> {
    fn left_out(&self, division: &Division, without: &[&str]) -> Diagnostic {
        let may = match (division.up == division.down, without.len()) {
            (true, 1) => "gets",
            (true, _) => "get",
            (false, _) => "may get",
        };
        let names = and_list(without.iter().copied());
        let message = format!("{names} {may} no replica of {}", self.object.title());
        let shown = count(usize::try_from(self.replicas).unwrap_or_default(), "replica");
        Diagnostic::new(codes::CLUSTER_WITHOUT_REPLICAS, self.policy.object.key(WEIGHTS), message)
            .with_secondary(self.object.span("/spec/replicas"), format!("{shown} in all"))
            .with_note(format!("by these weights the clusters get {}", describe(&division.up)))
            .with_help("write more replicas, or weights that are nearer to each other")
    }

    fn tie(&self, division: &Division) -> Diagnostic {
        let by = if division.drawn.is_some() { "lots" } else { "a hash" };
        let message = format!("the division of {} is decided by {by}", self.object.title());
        let note = match &division.drawn {
            Some(drawn) => format!(
                "up to 1.15 Karmada draws which of {} get one replica more",
                and_list(drawn.clusters.iter().map(String::as_str))
            ),
            None => format!("it is either {}, or {}", describe(&division.up), describe(&division.down)),
        };
        Diagnostic::new(codes::DIVISION_TIE, self.policy.object.key(WEIGHTS), message)
            .with_secondary(self.object.span("/spec/replicas"), "the replicas do not divide evenly")
            .with_note(note)
            .with_help("write a number of replicas that divides evenly by these weights")
    }

    fn by_version(&self, division: &Division, earlier: &Division) -> Diagnostic {
        let message = format!("the division of {} depends on the version of Karmada", self.object.title());
        let tie = if division.up == division.down { "" } else { ", or as a tie goes" };
        Diagnostic::new(codes::DIVISION_BY_VERSION, self.policy.object.key(WEIGHTS), message)
            .with_secondary(self.object.span("/spec/replicas"), "the replicas do not divide evenly")
            .with_note(format!("from {WEBSTER_DIVISION} on it is {}{tie}", describe(&division.up)))
            .with_note(format!("before it is {}: the rest goes to the heaviest", describe(&earlier.up)))
            .with_help(
                "say which version it is with `karmadaVersion` in the Fleet, or with `--karmada-version`",
            )
    }
}

fn describe(targets: &[TargetCluster]) -> String {
    let shown: Vec<String> =
        targets.iter().take(8).map(|target| format!("`{}`: {}", target.name, target.replicas)).collect();
    let more = if targets.len() > 8 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The replicas of a kind that Karmada divides, as written.
fn replicas_of(object: &Object<'_>) -> Option<i32> {
    let is_divided =
        matches!((object.api_version, object.kind), ("apps/v1", "Deployment" | "StatefulSet" | "ReplicaSet"));
    let replicas = object.json.get("spec").filter(|_| is_divided)?.get("replicas")?.as_i64()?;
    i32::try_from(replicas).ok()
}
