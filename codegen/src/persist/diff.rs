//! A unified diff, good enough to read: the equal head and tail are found, the middle is compared
//! line by line where it is small.

use std::fmt::Write as _;

/// Equal lines shown around a change.
const CONTEXT: usize = 2;

/// Largest middle, in lines of both sides multiplied, that is compared line by line.
const SMALL: usize = 1 << 20;

/// The change of one file; an empty side is a file that is not there.
pub(super) fn unified(path: &str, old: &str, new: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let tail = before[head..]
        .iter()
        .rev()
        .zip(after[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old_middle, new_middle) = (
        &before[head..before.len() - tail],
        &after[head..after.len() - tail],
    );
    let name = |side: &str, text: &str| {
        if text.is_empty() {
            "/dev/null".to_owned()
        } else {
            format!("{side}/{path}")
        }
    };
    let mut text = format!("--- {}\n+++ {}\n", name("a", old), name("b", new));
    let first = head.saturating_sub(CONTEXT);
    let after_tail = tail.min(CONTEXT);
    let around = (head - first) + after_tail;
    let _ = writeln!(
        text,
        "@@ -{},{} +{},{} @@",
        first + 1,
        old_middle.len() + around,
        first + 1,
        new_middle.len() + around
    );
    let mut push = |mark: char, line: &str| {
        let _ = writeln!(text, "{mark}{line}");
    };
    before[first..head].iter().for_each(|l| push(' ', l));
    for (mark, line) in middle(old_middle, new_middle) {
        push(mark, line);
    }
    before[before.len() - tail..]
        .iter()
        .take(after_tail)
        .for_each(|l| push(' ', l));
    text
}

/// Lines of both sides, marked; by longest common subsequence where that is affordable.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    if old.len().saturating_mul(new.len()) > SMALL {
        let removed = old.iter().map(|l| ('-', *l));
        return removed.chain(new.iter().map(|l| ('+', *l))).collect();
    }
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if old[i] == new[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len()
            && (j == new.len() || longest[(i + 1) * width + j] >= longest[i * width + j + 1])
        {
            lines.push(('-', old[i]));
            i += 1;
        } else {
            lines.push(('+', new[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn shows_the_changed_line_with_its_neighbours() {
        let diff = unified("x.rs", "a\nb\nc\nd\ne\n", "a\nb\nC\nd\ne\n");
        assert_eq!(
            diff,
            "--- a/x.rs\n+++ b/x.rs\n@@ -1,5 +1,5 @@\n a\n b\n-c\n+C\n d\n e\n"
        );
    }

    #[test]
    fn a_new_file_comes_from_nowhere() {
        assert_eq!(
            unified("x", "", "a\n"),
            "--- /dev/null\n+++ b/x\n@@ -1,0 +1,1 @@\n+a\n"
        );
    }
}
