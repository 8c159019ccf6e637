//! French that depends on a number.

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// A number of bytes in the largest unit that leaves it whole: `2 Gio`, `1536 Mio`.
pub fn memory(bytes: u64) -> String {
    let (unit, name) = [(GIB, "Gio"), (MIB, "Mio"), (KIB, "Kio")]
        .into_iter()
        .find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit))
        .unwrap_or((1, "octets"));
    format!("{}\u{a0}{name}", bytes / unit)
}

/// `1 cellule`, `2 cellules`: in French, what is below two is singular.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count}\u{a0}{}", if count < 2 { one } else { many })
}

/// A moment in UTC as spreadsheets read it: `2026-03-01 12:00:05`. `at` is in seconds since 1970.
pub fn moment(at: i64) -> String {
    let Ok(moment) = time::OffsetDateTime::from_unix_timestamp(at) else {
        return at.to_string();
    };
    let (date, clock) = (moment.date(), moment.time());
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        date.year(),
        u8::from(date.month()),
        date.day(),
        clock.hour(),
        clock.minute(),
        clock.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_told_in_the_largest_unit_that_leaves_it_whole() {
        for (bytes, told) in [
            (2 << 30, "2\u{a0}Gio"),
            (1536 << 20, "1536\u{a0}Mio"),
            (4096, "4\u{a0}Kio"),
            (4097, "4097\u{a0}octets"),
        ] {
            assert_eq!(memory(bytes), told);
        }
    }

    #[test]
    fn a_moment_is_told_to_the_second() {
        assert_eq!(moment(1_772_366_405), "2026-03-01 12:00:05");
        assert_eq!(moment(i64::MAX), i64::MAX.to_string());
    }

    #[test]
    fn nothing_and_one_are_singular() {
        let cells = |count| counted(count, "cellule", "cellules");
        assert_eq!(
            [cells(0), cells(1), cells(2)],
            ["0\u{a0}cellule", "1\u{a0}cellule", "2\u{a0}cellules"]
        );
    }
}
