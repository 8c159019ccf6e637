//! Object Lock in the headers of writes.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html>

use super::Input;
use crate::services::s3::dates::parse_iso;
use crate::services::s3::fault::{Fault, Outcome};
use crate::services::s3::store::{Bucket, Mode, Properties, Retention};

const MODE: &str = "x-amz-object-lock-mode";
const UNTIL: &str = "x-amz-object-lock-retain-until-date";
const HOLD: &str = "x-amz-object-lock-legal-hold";
const BYPASS: &str = "x-amz-bypass-governance-retention";

impl Input<'_> {
    /// What a write says of locks, into the properties of what it writes.
    pub(in crate::services::s3) fn read_lock(
        &self,
        bucket: &Bucket,
        properties: &mut Properties,
    ) -> Outcome<()> {
        properties.retention = self.retention()?;
        properties.legal_hold = self.legal_hold()?;
        if properties.retention.is_none() && properties.legal_hold.is_none() {
            return Ok(());
        }
        bucket.check_object_lock()
    }

    fn retention(&self) -> Outcome<Option<Retention>> {
        let incomplete = |name| {
            let message =
                "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
            Fault::new(400, "InvalidArgument", message).with("ArgumentName", name)
        };
        let (mode, until) = match (self.header(MODE), self.header(UNTIL)) {
            (None, None) => return Ok(None),
            (Some(mode), Some(until)) => (mode, until),
            (Some(_), None) => return Err(incomplete(UNTIL)),
            (None, Some(_)) => return Err(incomplete(MODE)),
        };
        let mode = Mode::named(mode)
            .ok_or_else(|| Fault::invalid_argument("Unknown wormMode directive.", MODE, mode))?;
        let date = parse_iso(until).ok_or_else(|| {
            let message = "The retain until date must be provided in ISO 8601 format";
            Fault::invalid_argument(message, UNTIL, until)
        })?;
        if date <= self.call.time {
            let message = "The retain until date must be in the future!";
            return Err(Fault::invalid_argument(message, UNTIL, until));
        }
        Ok(Some(Retention { mode, until: date }))
    }

    fn legal_hold(&self) -> Outcome<Option<bool>> {
        match self.header(HOLD) {
            None => Ok(None),
            Some("ON") => Ok(Some(true)),
            Some("OFF") => Ok(Some(false)),
            Some(other) => {
                let message = "Legal Hold must be either of 'ON' or 'OFF'";
                Err(Fault::invalid_argument(message, HOLD, other))
            }
        }
    }

    /// Whether the caller wants to bypass governance retention, which is out of place where nothing is locked.
    pub(in crate::services::s3) fn wants_bypass(&self, bucket: &Bucket) -> Outcome<bool> {
        if self.header(BYPASS).is_some() && bucket.settings().object_lock.is_none() {
            let message =
                "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.";
            return Err(Fault::new(400, "InvalidArgument", message).with("ArgumentName", BYPASS));
        }
        Ok(self.says_true(BYPASS))
    }
}
