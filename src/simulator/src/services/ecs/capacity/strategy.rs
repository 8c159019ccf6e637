//! Strategies: how many tasks run where.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::errors::invalid;
use super::super::input::text;
use super::super::names::last_part;
use super::super::state::StrategyItem;
use super::MOST;
use crate::error::AwsError;

/// A capacity provider strategy whose lines are in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Strategy {
    /// Its lines.
    pub(in super::super) items: Vec<StrategyItem>,
}

impl Strategy {
    /// Reads a strategy; what is not there is empty.
    ///
    /// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html>
    pub(in super::super) fn read(given: &Value) -> Result<Self, AwsError> {
        let mut items: Vec<StrategyItem> = Vec::new();
        for line in given.as_array().into_iter().flatten() {
            let name = last_part(text(line, "capacityProvider").unwrap_or_default()).to_owned();
            let number = |member: &str, most: i64| {
                let value = line[member].as_i64().unwrap_or_default();
                let fits = (0..=most).contains(&value);
                fits.then_some(value).ok_or_else(|| {
                    invalid(format!(
                        "The specified capacity provider strategy contains an invalid {member} value. The {member} value must be \
                         between 0 and {most}."
                    ))
                })
            };
            let item = StrategyItem {
                weight: number("weight", 1000)?,
                base: number("base", 100_000)?,
                capacity_provider: name,
            };
            if items
                .iter()
                .any(|other| other.capacity_provider == item.capacity_provider)
            {
                return Err(invalid(
                    "The specified capacity provider strategy cannot contain duplicate capacity providers. Remove the duplicates \
                     and try again.",
                ));
            }
            items.push(item);
        }
        if items.len() > MOST {
            return Err(invalid(format!(
                "The specified capacity provider strategy cannot contain more than {MOST} capacity providers."
            )));
        }
        if items.iter().filter(|item| item.base > 0).count() > 1 {
            return Err(invalid(
                "The specified capacity provider strategy contains multiple capacity providers with a base value defined. Only \
                 one capacity provider per strategy can have a base value defined.",
            ));
        }
        Ok(Self { items })
    }

    /// Whether nothing was asked for.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Refuses a strategy with a provider that is none of the cluster's.
    pub(in super::super) fn uses_only(&self, providers: &[String]) -> Result<(), AwsError> {
        if self
            .items
            .iter()
            .all(|item| providers.contains(&item.capacity_provider))
        {
            return Ok(());
        }
        Err(invalid(
            "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the \
             cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.",
        ))
    }

    /// Refuses a strategy that places no task anywhere; `default`: whether it is the cluster's.
    pub(in super::super) fn places_something(&self, default: bool) -> Result<(), AwsError> {
        if self.items.iter().any(|item| item.weight > 0) {
            return Ok(());
        }
        let which = if default { "default " } else { "" };
        Err(invalid(format!(
            "There are no capacity providers with a weight value greater than zero defined in the {which}capacity provider \
             strategy. At least one capacity provider must have a weight value greater than zero specified. Update the \
             cluster's default capacity provider strategy or specify a valid capacity provider strategy and try again."
        )))
    }

    /// The provider of each of `count` more tasks, while `running` are there: the base first, then in proportion to the
    /// weights.
    pub(in super::super) fn place(&self, running: &BTreeMap<String, usize>, count: usize) -> Vec<String> {
        let mut placed = running.clone();
        let mut chosen = Vec::with_capacity(count);
        for _ in 0..count {
            let Some(item) = self.next(&placed) else {
                break;
            };
            *placed.entry(item.capacity_provider.clone()).or_default() += 1;
            chosen.push(item.capacity_provider.clone());
        }
        chosen
    }

    /// Where the next task goes: to the line that is furthest behind its share.
    fn next(&self, placed: &BTreeMap<String, usize>) -> Option<&StrategyItem> {
        let running = |item: &StrategyItem| {
            let count = placed.get(&item.capacity_provider).copied().unwrap_or_default();
            i64::try_from(count).unwrap_or(i64::MAX)
        };
        if let Some(short) = self.items.iter().find(|item| running(item) < item.base) {
            return Some(short);
        }
        let weighted = self.items.iter().filter(|item| item.weight > 0);
        // (n + 1) / weight, compared without fractions; of equals, the first.
        weighted.min_by(|one, other| {
            let share = |item: &StrategyItem| running(item) - item.base + 1;
            (share(one) * other.weight).cmp(&(share(other) * one.weight))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    fn counts(strategy: &Value, running: &[(&str, usize)], count: usize) -> (usize, usize) {
        let running = running
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect();
        let placed = Strategy::read(strategy).unwrap().place(&running, count);
        let of = |name: &str| placed.iter().filter(|provider| *provider == name).count();
        (of("FARGATE"), of("FARGATE_SPOT"))
    }

    #[test]
    fn the_base_comes_first_and_the_rest_follows_the_weights() {
        let strategy = json!([
            {"capacityProvider": "FARGATE", "base": 2, "weight": 1},
            {"capacityProvider": "FARGATE_SPOT", "weight": 3},
        ]);
        for (count, expected) in [
            (0, (0, 0)),
            (1, (1, 0)),
            (2, (2, 0)),
            (6, (3, 3)),
            (10, (4, 6)),
            (100, (26, 74)),
        ] {
            let (demand, spot) = counts(&strategy, &[], count);
            assert_eq!((demand, spot).0 + spot, count);
            let off = demand.abs_diff(expected.0);
            assert!(off <= 1, "{count}: {demand} on demand, {spot} on Spot");
        }
        assert_eq!(counts(&strategy, &[], 10), (4, 6));
    }

    #[test]
    fn what_runs_already_counts() {
        let strategy = json!([
            {"capacityProvider": "FARGATE", "weight": 1},
            {"capacityProvider": "FARGATE_SPOT", "weight": 1},
        ]);
        assert_eq!(counts(&strategy, &[("FARGATE", 4)], 4), (0, 4));
        assert_eq!(
            counts(&strategy, &[("FARGATE", 2), ("FARGATE_SPOT", 2)], 2),
            (1, 1)
        );
    }

    #[test]
    fn a_provider_of_weight_0_gets_its_base_only() {
        let strategy = json!([
            {"capacityProvider": "FARGATE", "base": 1, "weight": 0},
            {"capacityProvider": "FARGATE_SPOT", "weight": 1},
        ]);
        assert_eq!(counts(&strategy, &[], 5), (1, 4));
    }

    #[test]
    fn a_strategy_of_nothing_but_weights_of_0_places_nothing() {
        let strategy = Strategy::read(&json!([{"capacityProvider": "FARGATE"}])).unwrap();
        let refused = strategy.places_something(true).unwrap_err();
        assert!(
            refused
                .message
                .contains("in the default capacity provider strategy"),
            "{}",
            refused.message
        );
        assert!(strategy.place(&BTreeMap::new(), 3).is_empty());
    }

    #[test]
    fn rules_of_a_strategy() {
        for (strategy, part) in [
            (
                json!([{"capacityProvider": "FARGATE", "base": 1}, {"capacityProvider": "FARGATE_SPOT", "base": 1}]),
                "multiple capacity providers with a base value",
            ),
            (
                json!([{"capacityProvider": "FARGATE", "weight": 1001}]),
                "between 0 and 1000",
            ),
            (
                json!([{"capacityProvider": "FARGATE", "base": -1}]),
                "between 0 and 100000",
            ),
            (
                json!([{"capacityProvider": "FARGATE"}, {"capacityProvider": "FARGATE"}]),
                "duplicate capacity providers",
            ),
        ] {
            let refused = Strategy::read(&strategy).unwrap_err();
            assert!(refused.message.contains(part), "{}", refused.message);
        }
        let strategy = Strategy::read(&json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1}])).unwrap();
        strategy.uses_only(&["FARGATE_SPOT".to_owned()]).unwrap();
        let refused = strategy.uses_only(&["FARGATE".to_owned()]).unwrap_err();
        assert!(refused.message.contains("not associated with the cluster"));
    }
}
