//! "Did you mean": the known name nearest to what was typed.

/// Longest name that is compared, in bytes.
const LONGEST: usize = 64;

/// The nearest name, when it is near enough to be meant.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = match typed.len() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let bound = best.map_or(limit, |(distance, _)| distance - 1);
        let near = distance(typed.as_bytes(), name.as_bytes(), bound);
        if let Some(distance) = near.filter(|d| *d < name.len()) {
            best = Some((distance, name));
            // One edit is a slip of the finger; looking further costs more than it finds.
            if distance <= 1 {
                break;
            }
        }
    }
    best.map(|(_, name)| name)
}

/// A help line naming the nearest name.
pub(crate) fn did_you_mean<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(typed, known).map(|name| format!("did you mean `{name}`?"))
}

/// Edits between two texts, if there are at most `bound`: insert, delete, replace, swap of
/// neighbours (optimal string alignment); small and capital letters are the same.
fn distance(a: &[u8], b: &[u8], bound: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > bound || a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let same = |i: usize, j: usize| a[i].eq_ignore_ascii_case(&b[j]);
    let mut before = [0; LONGEST + 1];
    let mut last: [usize; LONGEST + 1] = std::array::from_fn(|j| j);
    for i in 1..=a.len() {
        let mut row = [i; LONGEST + 1];
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(!same(i - 1, j - 1));
            row[j] = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && same(i - 1, j - 2) && same(i - 2, j - 1) {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row[..=b.len()].iter().all(|edits| *edits > bound) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    Some(last[b.len()]).filter(|edits| *edits <= bound)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let known = ["version", "domain", "owner", "doc", "key"];
        assert_eq!(nearest("verison", known), Some("version"));
        assert_eq!(nearest("Domian", known), Some("domain"));
        assert_eq!(nearest("kye", known), Some("key"));
        assert_eq!(nearest("partitions", known), None);
        assert_eq!(nearest("x", known), None);
    }

    #[test]
    fn the_nearest_wins() {
        assert_eq!(
            nearest("OrderPlacd", ["OrderPacked", "OrderPlaced"]),
            Some("OrderPlaced")
        );
    }
}
