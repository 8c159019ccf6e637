//! The sizes that a task may have on Fargate.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size>

/// One line of AWS's table: a CPU value, and the memory values that go with it.
struct Line {
    /// CPU units: 1,024 are a vCPU.
    cpu: u32,
    /// MiB.
    memory: &'static [u32],
    /// Whether Windows takes it, too.
    windows: bool,
}

/// `first`, `first + step`, … up to `last`, in GiB, as MiB.
const fn steps<const N: usize>(first: u32, step: u32) -> [u32; N] {
    let mut values = [0; N];
    let mut place = 0;
    let mut gib = first;
    while place < N {
        values[place] = gib * 1024;
        gib += step;
        place += 1;
    }
    values
}

/// The table. Tasks of 8 vCPU and more need platform version 1.4.0 or later.
static TABLE: [Line; 8] = [
    Line {
        cpu: 256,
        memory: &[512, 1024, 2048],
        windows: false,
    },
    Line {
        cpu: 512,
        memory: &steps::<4>(1, 1),
        windows: false,
    },
    Line {
        cpu: 1024,
        memory: &steps::<7>(2, 1),
        windows: true,
    },
    Line {
        cpu: 2048,
        memory: &steps::<13>(4, 1),
        windows: true,
    },
    Line {
        cpu: 4096,
        memory: &steps::<23>(8, 1),
        windows: true,
    },
    Line {
        cpu: 8192,
        memory: &steps::<12>(16, 4),
        windows: false,
    },
    Line {
        cpu: 16384,
        memory: &steps::<12>(32, 8),
        windows: false,
    },
    Line {
        cpu: 32768,
        memory: &[60 * 1024, 120 * 1024, 244 * 1024],
        windows: false,
    },
];

/// The least CPU value of the sizes that platform version 1.3.0 does not know.
pub(in super::super) const LARGE: u32 = 8192;

/// Whether Fargate has a size of these CPU units and this memory, in MiB.
pub(in super::super) fn exists(cpu: u32, memory: u32, windows: bool) -> bool {
    let line = TABLE.iter().find(|line| line.cpu == cpu);
    line.is_some_and(|line| (line.windows || !windows) && line.memory.contains(&memory))
}

/// Reads CPU units: `256`, `.25 vCPU`, `1 vcpu`.
pub(in super::super) fn cpu(text: &str) -> Option<u32> {
    quantity(text, "vcpu")
}

/// Reads MiB: `512`, `0.5 GB`, `3GB`.
pub(in super::super) fn memory(text: &str) -> Option<u32> {
    quantity(text, "gb")
}

/// A whole number of units, or a number of `unit`s of which each is 1,024.
fn quantity(text: &str, unit: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    let Some(number) = text.strip_suffix(unit) else {
        return text.parse().ok();
    };
    let number = number.trim_end();
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let units = number.parse::<f64>().ok()? * 1024.0;
    let whole = units.fract() == 0.0 && units <= f64::from(u32::MAX);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is a whole number of that range"
    )]
    whole.then_some(units as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS's table, written another way: first, last and step of the memory, in GiB.
    const AWS: [(u32, f64, f64, f64); 5] = [
        (512, 1.0, 4.0, 1.0),
        (1024, 2.0, 8.0, 1.0),
        (2048, 4.0, 16.0, 1.0),
        (4096, 8.0, 30.0, 1.0),
        (8192, 16.0, 60.0, 4.0),
    ];

    fn every_size() -> Vec<(u32, u32)> {
        let lines = TABLE.iter();
        lines
            .flat_map(|line| line.memory.iter().map(|memory| (line.cpu, *memory)))
            .collect()
    }

    #[test]
    fn there_are_77_sizes() {
        assert_eq!(every_size().len(), 77);
        assert!(
            every_size()
                .iter()
                .all(|(cpu, memory)| exists(*cpu, *memory, false))
        );
    }

    #[test]
    fn each_line_goes_from_its_first_to_its_last_memory_value_in_its_steps() {
        for (cpu, first, last, step) in AWS {
            let mut gib = 0.25;
            while gib < 300.0 {
                let expected = gib >= first && gib <= last && ((gib - first) / step).fract() == 0.0;
                let mib = memory(&format!("{gib} GB")).unwrap_or_default();
                assert_eq!(exists(cpu, mib, false), expected, "{cpu} {gib} GB");
                gib += 0.25;
            }
        }
        for (cpu, mib, expected) in [
            (256, 512, true),
            (256, 1024, true),
            (256, 2048, true),
            (256, 1536, false),
            (256, 4096, false),
            (8192, 18_432, false),
            (16_384, 122_880, true),
            (16_384, 36_864, false),
            (32_768, 61_440, true),
            (32_768, 249_856, true),
            (32_768, 65_536, false),
            (128, 512, false),
            (768, 2048, false),
        ] {
            assert_eq!(exists(cpu, mib, false), expected, "{cpu} {mib}");
        }
    }

    #[test]
    fn windows_has_sizes_of_1_to_4_vcpu_only() {
        let windows: Vec<(u32, u32)> = every_size()
            .into_iter()
            .filter(|(cpu, memory)| exists(*cpu, *memory, true))
            .collect();
        assert_eq!(windows.len(), 7 + 13 + 23);
        assert!(windows.iter().all(|(cpu, _)| (1024..=4096).contains(cpu)));
    }

    #[test]
    fn sizes_are_written_in_units_or_in_vcpu_and_gb() {
        for (text, units) in [
            ("256", Some(256)),
            (".25 vCPU", Some(256)),
            ("0.25vcpu", Some(256)),
            ("1 vCPU", Some(1024)),
            ("16 VCPU", Some(16_384)),
            ("1 GB", None),
            ("vCPU", None),
            ("-1 vCPU", None),
            ("1e3 vCPU", None),
            ("0.0001 vCPU", None),
            ("un", None),
        ] {
            assert_eq!(cpu(text), units, "{text}");
        }
        for (text, mib) in [
            ("512", Some(512)),
            ("0.5 GB", Some(512)),
            ("3 GB", Some(3072)),
            ("3gb", Some(3072)),
        ] {
            assert_eq!(memory(text), mib, "{text}");
        }
    }
}
