//! How many questions of each domain: the weights' shares of the whole, as nearly as whole questions allow.

/// The number of questions of each domain for a paper of at most `wanted`, given the domains' weights and how many
/// questions there are of each. Every domain gets its exact share, rounded down or up; where there are too few questions
/// for that, the paper gets shorter, and its proportions stay.
pub(super) fn shares(weights: &[u32], available: &[usize], wanted: usize) -> Vec<usize> {
    let all: usize = available.iter().sum();
    (0..=wanted.min(all))
        .rev()
        .find_map(|length| exactly(weights, available, length))
        .unwrap_or_else(|| vec![0; weights.len()])
}

/// The shares of a paper of `length` questions: first the whole ones, then one more where the remainder is largest.
fn exactly(weights: &[u32], available: &[usize], length: usize) -> Option<Vec<usize>> {
    let sum: usize = weights.iter().map(|weight| *weight as usize).sum();
    if sum == 0 {
        return None;
    }
    let exact = |weight: &u32| length * *weight as usize;
    let mut counts: Vec<usize> = weights.iter().map(|weight| exact(weight) / sum).collect();
    if counts.iter().zip(available).any(|(count, there)| count > there) {
        return None;
    }
    let mut by_remainder: Vec<usize> = (0..weights.len())
        .filter(|at| exact(&weights[*at]) % sum > 0 && counts[*at] < available[*at])
        .collect();
    by_remainder.sort_by_key(|at| std::cmp::Reverse(exact(&weights[*at]) % sum));
    let missing = length - counts.iter().sum::<usize>();
    if missing > by_remainder.len() {
        return None;
    }
    for at in by_remainder.into_iter().take(missing) {
        counts[at] += 1;
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn shares_follow_the_weights_and_make_the_whole() {
        assert_eq!(shares(&[32, 26, 24], &[99, 99, 99], 65), [25, 21, 19]);
        assert_eq!(shares(&[30, 26, 24, 20], &[99, 99, 99, 99], 65), [19, 17, 16, 13]);
        assert_eq!(shares(&[30, 34], &[99, 99], 1), [0, 1]);
        assert_eq!(shares(&[30, 34], &[99, 99], 0), [0, 0]);
    }

    #[test]
    fn a_domain_with_one_question_too_few_is_rounded_the_other_way() {
        assert_eq!(shares(&[30, 26, 24, 20], &[99, 16, 99, 99], 65), [20, 16, 16, 13]);
    }

    #[test]
    fn where_a_domain_has_too_few_the_paper_is_shorter_and_keeps_its_proportions() {
        for few in 0..20 {
            let counts = shares(&[30, 26, 24, 20], &[99, few, 99, 99], 65);
            let length: usize = counts.iter().sum();
            assert!(counts[1] <= few, "{counts:?}");
            for (count, weight) in counts.iter().zip([30, 26, 24, 20]) {
                let exact = length * weight;
                assert!(
                    count * 100 + 100 > exact && count * 100 < exact + 100,
                    "{counts:?}"
                );
            }
        }
        assert_eq!(shares(&[30, 70], &[0, 0], 65), [0, 0]);
        assert_eq!(shares(&[], &[], 65), [0; 0]);
    }
}
