//! DynamoDB, executed by dynoxide and metered here.

mod store;

pub(crate) use store::{DynamoDb, Snapshot, StoreError};

use crate::protocol::Protocol;
use crate::services::Service;

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "dynamodb",
    protocol: Protocol::Json { version: "1.0", targets: &["DynamoDB_20120810", "DynamoDBStreams_20120810"] },
    operations: &[],
};
