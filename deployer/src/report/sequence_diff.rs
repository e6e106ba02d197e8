//! A diff of two sequences.

/// The limit of comparisons in the search for common items.
const MOST_COMPARISONS: usize = 1_000_000;

/// An item of one or both sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aligned<'a> {
    Both(&'a str),
    First(&'a str),
    Second(&'a str),
}

/// Aligns two sequences by their longest common subsequence, or, if they are too long for that, by
/// their common prefix and suffix.
pub(super) fn align<'a>(first: &[&'a str], second: &[&'a str]) -> Vec<Aligned<'a>> {
    let begin = first.iter().zip(second).take_while(|(one, other)| one == other).count();
    let (head, first, second) = (&first[..begin], &first[begin..], &second[begin..]);
    let end = first.iter().rev().zip(second.iter().rev()).take_while(|(a, b)| a == b).count();
    let (first, tail) = first.split_at(first.len() - end);
    let second = &second[..second.len() - end];
    let mut aligned: Vec<Aligned<'_>> = head.iter().map(|item| Aligned::Both(item)).collect();
    if first.len() * second.len() > MOST_COMPARISONS {
        aligned.extend(first.iter().map(|item| Aligned::First(item)));
        aligned.extend(second.iter().map(|item| Aligned::Second(item)));
    } else {
        middle(first, second, &mut aligned);
    }
    aligned.extend(tail.iter().map(|item| Aligned::Both(item)));
    aligned
}

fn middle<'a>(first: &[&'a str], second: &[&'a str], aligned: &mut Vec<Aligned<'a>>) {
    // The length of the longest common subsequence of the remainders that start here.
    let mut common = vec![vec![0_usize; second.len() + 1]; first.len() + 1];
    for (i, one) in first.iter().enumerate().rev() {
        for (j, other) in second.iter().enumerate().rev() {
            common[i][j] = match one == other {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < first.len() || j < second.len() {
        if i < first.len() && j < second.len() && first[i] == second[j] {
            aligned.push(Aligned::Both(first[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < first.len() && (j == second.len() || common[i + 1][j] >= common[i][j + 1]) {
            aligned.push(Aligned::First(first[i]));
            i += 1;
        } else {
            aligned.push(Aligned::Second(second[j]));
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(first: &str, second: &str) -> String {
        let (first, second): (Vec<_>, Vec<_>) =
            (first.split_whitespace().collect(), second.split_whitespace().collect());
        let diff = align(&first, &second).into_iter().map(|item| match item {
            Aligned::Both(item) => item.to_owned(),
            Aligned::First(item) => format!("-{item}"),
            Aligned::Second(item) => format!("+{item}"),
        });
        diff.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn common_items_stay_together() {
        assert_eq!(diff("a b c d", "a x c d"), "a -b +x c d");
        assert_eq!(diff("a b c", "a b"), "a b -c");
        assert_eq!(diff("", "a"), "+a");
        assert_eq!(diff("a a", "a a"), "a a");
        assert_eq!(diff("r x r y s", "r y r x s"), "r -x -r y +r +x s");
        assert_eq!(diff("q a b z c q", "q b a c z q"), "q -a b -z +a c +z q");
    }

    #[test]
    fn sequences_too_long_to_compare_are_still_shown() {
        let long: Vec<String> = (0..1_100).map(|number| number.to_string()).collect();
        let first: Vec<&str> = long.iter().map(String::as_str).collect();
        let mut second = first.clone();
        second.reverse();
        assert_eq!(align(&first, &second).len(), 2_200);
    }
}
