//! The administrator of a saved cloud: which key is handed out again, and the way back of one who is locked out.
//!
//! On AWS, an account's root user always can give rights back. There is none here: a new start does it instead.

use std::sync::Mutex;

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use crate::REGION;
use crate::call::{Access, AuthKind, Call, Caller, Principal, SignedWith};
use crate::cloud::Cloud;
use crate::durable::Warning;
use crate::services::iam::Rescue;

/// What became of the administrator when a saved cloud was read.
pub(crate) struct TakenUp {
    /// Whether another key than before is handed out.
    pub(crate) new_key: bool,
    /// What is to be told of their rights.
    pub(crate) rescued: Option<Warning>,
}

/// Who may do none of this to their own user cannot give themself any right.
const WAYS_BACK: [&str; 4] = [
    "iam:AttachUserPolicy",
    "iam:PutUserPolicy",
    "iam:DeleteUserPolicy",
    "iam:DeleteUserPermissionsBoundary",
];

impl Cloud {
    /// Hands out the saved cloud's key, so that what was signed or configured with it stays good; a new one only where
    /// it no longer works.
    pub(crate) fn take_up_administrator(&mut self) -> TakenUp {
        let former = self.iam.handed_out();
        self.administrator = self.iam.take_up(&self.administrator, self.clock.now());
        TakenUp {
            new_key: former.as_ref() != Some(&self.administrator.id),
            rescued: self.rescue(),
        }
    }

    fn rescue(&self) -> Option<Warning> {
        let mut rescued = None;
        for rescue in [Rescue::Access, Rescue::Everything] {
            let holder = self.iam.holder().filter(|holder| self.locked_out(holder));
            let Some(Principal::User { name, .. }) = holder else {
                break;
            };
            self.iam.rescue(rescue);
            rescued = Some(Warning::AdministratorRescued { user: name });
        }
        rescued
    }

    fn locked_out(&self, user: &Principal) -> bool {
        let Some(call) = self.call_of(user) else {
            return false;
        };
        let may = |action: &'static str| call.authorise(self, &Access::new(action, user.arn())).is_ok();
        !WAYS_BACK.into_iter().any(may)
    }

    /// A call that the user could make at this moment.
    fn call_of(&self, user: &Principal) -> Option<Call> {
        let time = self.clock.now();
        let signed = SignedWith {
            access_key_id: self.administrator.id.clone(),
            session: None,
            region: REGION.to_owned(),
            at: time,
        };
        Some(Call {
            caller: Caller {
                principal: user.clone(),
                kind: AuthKind::RestHeader,
                signed: Some(signed),
            },
            head: Request::post("/").body(()).ok()?.into_parts().0,
            body: Bytes::new(),
            input: Value::Null,
            postponed: Value::Null,
            request_id: String::new(),
            time,
            trail: Mutex::default(),
        })
    }
}
