//! Numbers as people write them, read and written.
#![allow(clippy::unwrap_used)]
use super::*;

fn value(text: &str) -> f64 {
    read(text).unwrap().value
}

#[test]
fn french_and_english_forms_are_read_alike() {
    for (text, expected) in [
        ("0,5", 0.5),
        ("0.5", 0.5),
        (",5", 0.5),
        (".5", 0.5),
        ("12", 12.0),
        ("1 500", 1500.0),
        ("1\u{a0}500", 1500.0),
        ("1\u{202f}500", 1500.0),
        ("1,500.5", 1500.5),
        ("1.500,5", 1500.5),
        ("1 500,25", 1500.25),
        ("1,500,000", 1_500_000.0),
        ("1.500.000", 1_500_000.0),
        ("12,50", 12.5),
        ("0,125", 0.125),
        ("1500,125", 1500.125),
        ("1.500", 1.5),
        ("-3", -3.0),
        ("\u{2212}3", -3.0),
        ("+3", 3.0),
        ("1e3", 1000.0),
        ("2,5E-3", 0.0025),
        ("= 7", 7.0),
        ("1_000_000", 1_000_000.0),
        ("0,000 125", 0.000_125),
    ] {
        assert!((value(text) - expected).abs() < 1e-12, "{text}");
    }
}

#[test]
fn an_ambiguous_comma_asks_which_number_is_meant() {
    let question = read("1,500").unwrap_err();
    assert!(
        question.contains("`1.5`") && question.contains("`1500`"),
        "{question}"
    );
    assert!(read("12,345").is_err());
    assert!((value("0,500") - 0.5).abs() < 1e-12);
}

#[test]
fn what_follows_the_number_is_handed_back() {
    for (text, rest) in [
        ("12RCU", "RCU"),
        ("12 RCU", "RCU"),
        ("5 Ko/s", "Ko/s"),
        ("$0.25", "$"),
        ("3 eo", "eo"),
    ] {
        assert_eq!(read(text).unwrap().rest, rest, "{text}");
    }
}

#[test]
fn slips_are_unreadable_and_never_guessed() {
    for text in [
        "",
        "douze",
        "1 50",
        "12 34 567",
        "1.2.3,4,5",
        "--",
        ",",
        "1,2.3,4",
        "\u{0}",
        "e5",
    ] {
        assert!(read(text).is_err(), "{text:?} → {:?}", read(text));
    }
}

#[test]
fn an_answer_given_twice_is_not_taken_for_thousands() {
    for text in ["105 105", "105\t105 RCU", "250 250 250", "-105 105"] {
        let question = read(text).unwrap_err();
        assert!(question.contains("plusieurs fois"), "{text}: {question}");
    }
    for (text, expected) in [
        ("105\u{202f}105", 105_105.0),
        ("105_105", 105_105.0),
        ("105105", 105_105.0),
        ("1 001", 1001.0),
        ("100 200", 100_200.0),
        ("105 105,5", 105_105.5),
    ] {
        assert!((value(text) - expected).abs() < 1e-9, "{text}");
    }
}

#[test]
fn several_numbers_are_called_so() {
    for text in [
        "12 34",
        "12 12",
        "1500 1500",
        "0,5 0,5",
        "1.5 2.5",
        "1 2 3",
        "105\n105",
    ] {
        let message = read(text).unwrap_err();
        assert!(message.contains("plusieurs nombres"), "{text}: {message}");
    }
}

#[test]
fn numbers_are_written_in_french_and_for_code() {
    assert_eq!(french(1500.0), "1\u{202f}500");
    assert_eq!(french(-1_234_567.25), "\u{2212}1\u{202f}234\u{202f}567,25");
    assert_eq!(french(0.5), "0,5");
    assert_eq!(plain(1500.0), "1500");
    assert_eq!(plain(0.1 + 0.2), "0.3");
    assert_eq!(plain(0.000_000_625), "0.000000625");
    assert_eq!(plain(-0.0), "0");
}

#[test]
fn what_is_written_in_french_is_read_back() {
    for step in 0..5_000_u32 {
        let number = f64::from(step) * 1.37 - 1000.0;
        let written = french(number);
        match read(&written) {
            Ok(read) => assert!((read.value - number).abs() < 1e-6, "{written}"),
            Err(message) => assert!(message.contains("deux façons"), "{written}: {message}"),
        }
    }
}

#[test]
fn a_very_long_answer_is_read_without_harm() {
    assert!(read(&"9".repeat(100_000)).is_err());
    assert!(read(&"é".repeat(100_000)).is_err());
}
