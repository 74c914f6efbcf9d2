//! A unified diff, good enough to read: the equal head and tail are found, the middle is compared
//! line by line where it is small.

use std::fmt::Write as _;

/// Equal lines shown around a change.
const CONTEXT: usize = 2;

/// Largest middle, in lines of both sides multiplied, that is compared line by line.
const SMALL: usize = 1 << 22;

/// The change of one file; an empty side is a file that is not there.
pub(super) fn unified(path: &str, old: &str, new: &str) -> String {
    let name = |side: &str, text: &str| {
        if text.is_empty() {
            "/dev/null".to_owned()
        } else {
            format!("{side}/{path}")
        }
    };
    let mut text = format!("--- {}\n+++ {}\n", name("a", old), name("b", new));
    let lines = compare(old, new);
    for hunk in hunks(&lines) {
        write_hunk(&mut text, &lines, hunk);
    }
    text
}

/// A line and what became of it: `' '` stays, `'-'` goes, `'+'` comes.
type Line<'a> = (char, &'a str);

fn compare<'a>(old: &'a str, new: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tails = old[head..].iter().rev().zip(new[head..].iter().rev());
    let tail = tails.take_while(|(a, b)| a == b).count();
    let stays = |lines: &[&'a str]| lines.iter().map(|l| (' ', *l)).collect::<Vec<_>>();
    let mut lines = stays(&old[..head]);
    lines.extend(middle(
        &old[head..old.len() - tail],
        &new[head..new.len() - tail],
    ));
    lines.extend(stays(&old[old.len() - tail..]));
    lines
}

/// Changes that share context stand in one hunk: ranges of lines.
fn hunks(lines: &[Line<'_>]) -> Vec<std::ops::Range<usize>> {
    let mut hunks: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, _) in lines
        .iter()
        .enumerate()
        .filter(|(_, (mark, _))| *mark != ' ')
    {
        let (start, end) = (
            at.saturating_sub(CONTEXT),
            (at + 1 + CONTEXT).min(lines.len()),
        );
        match hunks.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => hunks.push(start..end),
        }
    }
    hunks
}

fn write_hunk(text: &mut String, lines: &[Line<'_>], hunk: std::ops::Range<usize>) {
    let count =
        |lines: &[Line<'_>], other: char| lines.iter().filter(|(mark, _)| *mark != other).count();
    let (before, inside) = (&lines[..hunk.start], &lines[hunk]);
    let start = |other| {
        if count(inside, other) == 0 {
            count(before, other)
        } else {
            count(before, other) + 1
        }
    };
    let _ = writeln!(
        text,
        "@@ -{},{} +{},{} @@",
        start('+'),
        count(inside, '+'),
        start('-'),
        count(inside, '-')
    );
    for (mark, line) in inside {
        let _ = writeln!(text, "{mark}{line}");
    }
}

/// Lines of both sides, marked; by longest common subsequence where that is affordable.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
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
        let old_is_longer =
            |i: usize, j: usize| longest[(i + 1) * width + j] >= longest[i * width + j + 1];
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || old_is_longer(i, j)) {
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
        let diff = unified("x.rs", "a\nb\nc\nd\ne\nf\n", "a\nb\nc\nD\ne\nf\n");
        assert_eq!(
            diff,
            "--- a/x.rs\n+++ b/x.rs\n@@ -2,5 +2,5 @@\n b\n c\n-d\n+D\n e\n f\n"
        );
    }

    #[test]
    fn distant_changes_are_hunks_of_their_own() {
        let lines: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let old = lines.join("\n") + "\n";
        let new = old.replace("3\n", "three\n").replace("16\n", "");
        let diff = unified("x", &old, &new);
        let heads: Vec<&str> = diff.lines().filter(|l| l.starts_with("@@")).collect();
        assert_eq!(heads, ["@@ -2,5 +2,5 @@", "@@ -12,8 +12,7 @@"]);
    }

    #[test]
    fn a_new_file_comes_from_nowhere() {
        assert_eq!(
            unified("x", "", "a\n"),
            "--- /dev/null\n+++ b/x\n@@ -0,0 +1,1 @@\n+a\n"
        );
    }
}
