//! What AWS's exam guides say of the three exams, and which of their skills each lesson trains: the one place for both.

/// A certification exam.
#[derive(Debug, PartialEq, Eq)]
pub struct Exam {
    /// AWS's code: `DVA-C02`.
    pub code: &'static str,
    /// How long it lasts.
    pub minutes: u32,
    /// How many questions it has, those that do not count among them.
    pub questions: usize,
    /// The scaled score, from 100 to 1000, that passes.
    pub passing_score: u32,
    /// Its domains, in their order.
    pub domains: &'static [Domain],
}

/// A domain of an exam.
#[derive(Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its number in the exam's guide, from 1.
    pub number: u8,
    /// Its name in the guide.
    pub english: &'static str,
    /// Its name in French.
    pub french: &'static str,
    /// Its part of the questions that count, in percent.
    pub weight: u32,
}

const fn domain(number: u8, english: &'static str, french: &'static str, weight: u32) -> Domain {
    Domain {
        number,
        english,
        french,
        weight,
    }
}

/// The exams that questions may prepare for.
pub const EXAMS: &[Exam] = &[
    Exam {
        code: "DVA-C02",
        minutes: 130,
        questions: 65,
        passing_score: 720,
        domains: &[
            domain(
                1,
                "Development with AWS Services",
                "Développement avec les services AWS",
                32,
            ),
            domain(2, "Security", "Sécurité", 26),
            domain(3, "Deployment", "Déploiement", 24),
            domain(
                4,
                "Troubleshooting and Optimization",
                "Dépannage et optimisation",
                18,
            ),
        ],
    },
    Exam {
        code: "SAA-C03",
        minutes: 130,
        questions: 65,
        passing_score: 720,
        domains: &[
            domain(
                1,
                "Design Secure Architectures",
                "Concevoir des architectures sécurisées",
                30,
            ),
            domain(
                2,
                "Design Resilient Architectures",
                "Concevoir des architectures résilientes",
                26,
            ),
            domain(
                3,
                "Design High-Performing Architectures",
                "Concevoir des architectures performantes",
                24,
            ),
            domain(
                4,
                "Design Cost-Optimized Architectures",
                "Concevoir des architectures économiques",
                20,
            ),
        ],
    },
    Exam {
        code: "CLF-C02",
        minutes: 90,
        questions: 65,
        passing_score: 700,
        domains: &[
            domain(1, "Cloud Concepts", "Concepts du cloud", 24),
            domain(2, "Security and Compliance", "Sécurité et conformité", 30),
            domain(
                3,
                "Cloud Technology and Services",
                "Technologies et services du cloud",
                34,
            ),
            domain(
                4,
                "Billing, Pricing, and Support",
                "Facturation, tarification et assistance",
                12,
            ),
        ],
    },
];

/// The exam codes' skills that the questions of one lesson may test.
struct Trained {
    lesson: &'static str,
    skills: &'static [(&'static str, &'static [&'static str])],
}

#[rustfmt::skip]
const TRAINED: &[Trained] = &[
    Trained { lesson: "couches-lambda", skills: &[
        ("DVA-C02", &["1.2.2", "3.1.1", "3.4.1"]), ("SAA-C03", &["3.2"]), ("CLF-C02", &["3.3"]),
    ] },
    Trained { lesson: "iam", skills: &[
        ("DVA-C02", &["2.1.3", "2.1.4", "2.1.5", "2.1.6", "2.1.7", "2.1.8"]), ("SAA-C03", &["1.1"]), ("CLF-C02", &["2.3"]),
    ] },
    Trained { lesson: "ecs-fargate", skills: &[
        ("DVA-C02", &["3.1.1", "3.1.4", "3.3.3", "3.4.11"]), ("SAA-C03", &["2.1", "3.2", "4.2"]), ("CLF-C02", &["3.3"]),
    ] },
    Trained { lesson: "versionnement-s3", skills: &[
        ("DVA-C02", &["1.3.6", "1.3.7"]), ("SAA-C03", &["1.3", "2.2", "4.1"]), ("CLF-C02", &["3.6"]),
    ] },
    Trained { lesson: "dynamodb", skills: &[
        ("DVA-C02", &["1.3.1", "1.3.2", "1.3.3", "1.3.6"]), ("SAA-C03", &["3.3", "4.3"]), ("CLF-C02", &["3.4"]),
    ] },
    Trained { lesson: "url-presignee", skills: &[
        ("DVA-C02", &["2.1.4"]), ("SAA-C03", &["1.1", "1.2"]),
    ] },
];

/// A skill (or task) of an exam's guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skill {
    /// The exam.
    pub exam: &'static Exam,
    /// Its number in the guide: `1.3.6`.
    pub number: &'static str,
}

impl Skill {
    /// The domain that it belongs to: the first figure of its number.
    pub fn domain(&self) -> &'static Domain {
        let first = self.number.split('.').next().and_then(|first| first.parse().ok());
        let domains = self.exam.domains;
        domains
            .iter()
            .find(|domain| Some(domain.number) == first)
            .unwrap_or(&domains[0])
    }

    /// As it is written in the bank: `DVA-C02 1.3.6`.
    pub fn code(&self) -> String {
        format!("{} {}", self.exam.code, self.number)
    }
}

/// The exam with this code, whatever the case of its letters.
pub fn exam(code: &str) -> Option<&'static Exam> {
    EXAMS.iter().find(|exam| exam.code.eq_ignore_ascii_case(code))
}

/// The skills that the questions of a lesson may test, in the order of the exams; none for a lesson that trains for no
/// exam.
pub fn skills_of(lesson: &str) -> Vec<Skill> {
    let trained = TRAINED.iter().filter(|trained| trained.lesson == lesson);
    let of_exam = |(code, numbers): &'static (&str, &[&str])| {
        let exam = exam(code);
        numbers
            .iter()
            .filter_map(move |number| exam.map(|exam| Skill { exam, number }))
    };
    trained
        .flat_map(|trained| trained.skills)
        .flat_map(of_exam)
        .collect()
}

/// Whether a code, `DVA-C02 1.3.6`, is a skill of any lesson.
pub(super) fn is_known(code: &str) -> bool {
    TRAINED
        .iter()
        .any(|trained| skills_of(trained.lesson).iter().any(|skill| skill.code() == code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domains_of_each_exam_make_a_hundred_percent() {
        for exam in EXAMS {
            let sum: u32 = exam.domains.iter().map(|domain| domain.weight).sum();
            assert_eq!(sum, 100, "{}", exam.code);
            let numbers: Vec<u8> = exam.domains.iter().map(|domain| domain.number).collect();
            assert_eq!(numbers, [1, 2, 3, 4], "{}", exam.code);
        }
    }

    #[test]
    fn each_skill_of_each_lesson_has_its_exam_and_its_domain() {
        for trained in TRAINED {
            let written: usize = trained.skills.iter().map(|(_, numbers)| numbers.len()).sum();
            let skills = skills_of(trained.lesson);
            assert_eq!(skills.len(), written, "{}", trained.lesson);
            for skill in skills {
                assert_eq!(
                    skill.domain().number.to_string(),
                    skill.number[..1],
                    "{}",
                    skill.code()
                );
            }
        }
        assert!(skills_of("inconnue").is_empty());
    }
}
