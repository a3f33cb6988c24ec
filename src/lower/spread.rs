//! How widely the App is spread over clusters and regions.

use crate::karmada::policy::placement::SpreadConstraint;
use crate::karmada::policy::placement::SpreadField;
use crate::lower::Lowering;
use crate::lower::groups::Pick;
use crate::lower::selection::Selection;
use crate::source::Spanned;
use crate::spec;
use crate::spec::SpreadBounds;
use crate::spec::Strategy;
use std::collections::BTreeSet;

/// No bound: Karmada takes a bound left out as none at all (traps.md V1), so the largest number is written.
pub(super) const UNBOUNDED: i64 = i32::MAX as i64;

impl Lowering<'_> {
    /// Turns the spread into Karmada's constraints; each pick must have enough clusters for it.
    pub(super) fn spread_constraints(
        &mut self,
        written: &spec::Placement,
        strategy: Strategy,
        picks: &[Pick<'_>],
    ) -> Vec<SpreadConstraint> {
        let Some(spread) = &written.spread else { return Vec::new() };
        let region = spread.region.as_ref();
        let cluster = spread.cluster.as_ref();
        for bounds in [cluster, region].into_iter().flatten() {
            self.check_bounds(bounds);
        }
        for pick in picks {
            if let (Some(bounds), Some(limit)) = (cluster, pick.selection.limit()) {
                self.check_spread_fits(bounds, (limit, "cluster"), pick);
            }
            if let (Some(bounds), Some(limit)) = (region, self.count_regions(&pick.selection)) {
                self.check_spread_fits(bounds, (limit, "region"), pick);
            }
        }
        self.check_replicas_for_spread(cluster, strategy);
        let region_min = region.map_or(1, minimum);
        let mut constraints = vec![SpreadConstraint {
            spread_by_field: Some(SpreadField::Cluster),
            min_groups: cluster.map_or(region_min, minimum),
            max_groups: cluster.map_or(UNBOUNDED, maximum),
            ..SpreadConstraint::default()
        }];
        if let Some(bounds) = region {
            constraints.push(SpreadConstraint {
                spread_by_field: Some(SpreadField::Region),
                min_groups: minimum(bounds),
                max_groups: maximum(bounds),
                ..SpreadConstraint::default()
            });
        }
        constraints
    }

    /// How many regions the clusters lie in, where a Fleet tells.
    fn count_regions(&self, selection: &Selection) -> Option<usize> {
        let Selection::Known(names) = selection else { return None };
        let picked =
            self.world.inventory?.clusters().filter(|cluster| names.contains(&cluster.metadata.name));
        let regions: BTreeSet<&str> =
            picked.map(|cluster| cluster.spec.region.as_str()).filter(|region| !region.is_empty()).collect();
        Some(regions.len())
    }

    /// A dividing strategy with fewer replicas than clusters leaves some of them without any.
    fn check_replicas_for_spread(&mut self, cluster: Option<&SpreadBounds>, strategy: Strategy) {
        if let (Some(bounds), Some(replicas)) = (cluster, self.fewest_replicas()) {
            let number = replicas.value.get();
            if strategy != Strategy::Duplicated && number > 0 && number < minimum(bounds) {
                self.too_few_replicas_for_spread(bounds, Spanned::new(number, replicas.span));
            }
        }
    }
}

pub(super) fn minimum(bounds: &SpreadBounds) -> i64 {
    bounds.min.map_or(1, |min| min.value.get())
}

fn maximum(bounds: &SpreadBounds) -> i64 {
    bounds.max.map_or(UNBOUNDED, |max| max.value.get())
}
