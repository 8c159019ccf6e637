//! What calls and hours cost: one table, with the page and the date that each price comes from.

use serde_json::{Map, Value, json};

/// When the prices were looked up.
pub const DATE: &str = "novembre 2026";
/// The region that they hold for; others cost a little more or less.
pub const REGION: &str = "us-east-1";

/// A price in US dollars, of a call (`service:Operation`), of any other call of a service (`service`), or of a unit.
struct Price {
    what: &'static [&'static str],
    dollars: f64,
    source: &'static str,
}

const S3: &str = "https://c3x.dev/blog/s3-request-fees-explained";
const DYNAMODB: &str = "https://aws.amazon.com/dynamodb/pricing/on-demand/";
const DYNAMODB_PROVISIONED: &str = "https://aws.amazon.com/dynamodb/pricing/provisioned/";
const LAMBDA: &str = "https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/lambda.html";
const FARGATE: &str = "https://aws.amazon.com/fargate/pricing/";
const FREE: &str = "";

const PRICES: &[Price] = &[
    Price {
        what: &[
            "s3:PutObject",
            "s3:CopyObject",
            "s3:CreateBucket",
            "s3:CreateMultipartUpload",
            "s3:UploadPart",
            "s3:CompleteMultipartUpload",
            "s3:ListBuckets",
            "s3:ListObjectsV2",
            "s3:ListObjectVersions",
            "s3:ListMultipartUploads",
            "s3:PutObjectTagging",
            "s3:PutBucketVersioning",
            "s3:PutBucketPolicy",
            "s3:PutBucketLifecycleConfiguration",
        ],
        dollars: 0.005 / 1_000.0,
        source: S3,
    },
    Price {
        what: &[
            "s3:DeleteObject",
            "s3:DeleteObjects",
            "s3:DeleteBucket",
            "s3:AbortMultipartUpload",
        ],
        dollars: 0.0,
        source: S3,
    },
    Price {
        what: &["s3"],
        dollars: 0.0004 / 1_000.0,
        source: S3,
    },
    // Ten units; what a call carries beyond ten KB is counted by its length.
    Price {
        what: &["dynamodb"],
        dollars: 10.0 * 0.625 / 1e6,
        source: DYNAMODB,
    },
    Price {
        what: &["dynamodb:write-unit"],
        dollars: 0.625 / 1e6,
        source: DYNAMODB,
    },
    Price {
        what: &[
            "dynamodb:CreateTable",
            "dynamodb:DescribeTable",
            "dynamodb:DeleteTable",
            "dynamodb:UpdateTable",
            "dynamodb:ListTables",
        ],
        dollars: 0.0,
        source: DYNAMODB,
    },
    Price {
        what: &["dynamodb:wcu-hour"],
        dollars: 0.000_65,
        source: DYNAMODB_PROVISIONED,
    },
    Price {
        what: &["dynamodb:rcu-hour"],
        dollars: 0.000_13,
        source: DYNAMODB_PROVISIONED,
    },
    // The call, and a second at a gigabyte.
    Price {
        what: &["lambda:Invoke"],
        dollars: 0.000_000_2 + 0.000_016_67,
        source: LAMBDA,
    },
    Price {
        what: &["lambda", "ecs", "iam", "sts"],
        dollars: 0.0,
        source: FREE,
    },
    // An hour of one vCPU and two GB.
    Price {
        what: &["ecs:task-hour"],
        dollars: 0.040_48 + 2.0 * 0.004_445,
        source: FARGATE,
    },
    // What nobody wrote a price for: dearer than any call of the lessons.
    Price {
        what: &["inconnu"],
        dollars: 0.001,
        source: FREE,
    },
];

/// The table as cells' processes get it: a JSON object of what is paid to US dollars.
pub fn table() -> String {
    let pairs = PRICES.iter().flat_map(|price| {
        price
            .what
            .iter()
            .map(|what| ((*what).to_owned(), json!(price.dollars)))
    });
    Value::Object(pairs.collect::<Map<_, _>>()).to_string()
}

/// The pages that the prices come from, each once.
pub fn sources() -> Vec<&'static str> {
    let mut found: Vec<&str> = PRICES.iter().map(|price| price.source).collect();
    found.retain(|source| !source.is_empty());
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_two_prices_and_each_price_but_zero_has_its_page() {
        let mut all: Vec<&str> = PRICES.iter().flat_map(|price| price.what).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        for price in PRICES.iter().filter(|price| price.what != ["inconnu"]) {
            assert!(
                price.dollars < f64::EPSILON || price.source.starts_with("https://"),
                "{:?}",
                price.what
            );
        }
        assert_eq!(sources().len(), 5);
    }
}
