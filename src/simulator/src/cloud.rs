//! The state of the whole simulated cloud: clock, identities, each service's data, the journal.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use crate::ACCOUNT;
use crate::auth::keys::Key;
use crate::call::{Call, Outcome};
use crate::chance;
use crate::clock::{Clock, until_settled};
use crate::durable::{Durable, OpenError, Warning};
use crate::journal::Journal;
use crate::rights::Rights;
use crate::services::application_autoscaling::{self, Autoscaling};
use crate::services::dynamodb::{self, DynamoDb};
use crate::services::ec2::{self, Ec2};
use crate::services::ecr::{self, Ecr};
use crate::services::ecs::{self, Ecs};
use crate::services::iam::{self, Iam};
use crate::services::lambda::{self, Lambda};
use crate::services::organizations::{self, Organizations};
use crate::services::s3::{self, S3};
use crate::services::{Operation, Service};

/// Everything that the simulator remembers.
pub(crate) struct Cloud {
    /// The simulated clock.
    pub(crate) clock: Arc<Clock>,
    /// Who there is, and who may do what.
    pub(crate) iam: Iam,
    /// The organization of accounts.
    pub(crate) organizations: Organizations,
    /// The calls so far.
    pub(crate) journal: Journal,
    /// What callers asked for.
    pub(crate) rights: Rights,
    /// The administrator's key, which is handed out.
    pub(crate) administrator: Key,
    /// What the control routes ask for.
    pub(crate) control_token: String,
    /// What the places of Lambda's packages are signed with.
    pub(crate) package_key: [u8; 32],
    /// Tables and their items.
    pub(crate) dynamodb: DynamoDb,
    /// Scalable targets and their policies.
    pub(crate) autoscaling: Autoscaling,
    /// Networks: security groups and interfaces.
    pub(crate) ec2: Ec2,
    /// Repositories of container images.
    pub(crate) ecr: Ecr,
    /// Clusters, task definitions and tasks.
    pub(crate) ecs: Ecs,
    /// Layers and functions.
    pub(crate) lambda: Lambda,
    /// Buckets and their objects.
    pub(crate) s3: S3,
    snapshots: Mutex<HashMap<u64, Snapshot>>,
    next_snapshot: AtomicU64,
    durable: OnceLock<Durable>,
}

/// A saved state. The administrator's key, the journal and the clock are no part of it: who holds the key goes on using
/// it, what has been called has been called, and time does not go back.
struct Snapshot {
    iam: iam::Snapshot,
    organizations: organizations::Snapshot,
    dynamodb: dynamodb::Snapshot,
    autoscaling: application_autoscaling::Snapshot,
    ec2: ec2::Snapshot,
    ecr: ecr::Snapshot,
    ecs: ecs::Snapshot,
    lambda: lambda::Snapshot,
    s3: s3::Snapshot,
}

/// The file of the clock in a saved state.
const CLOCK: &str = "clock.json";

/// The most saved states that are kept; the oldest makes room.
const MOST_SNAPSHOTS: usize = 32;

impl Cloud {
    /// An empty cloud with a new administrator's key.
    pub(crate) fn new(frozen: bool) -> Result<Self, dynamodb::StoreError> {
        Self::with_clock(Clock::new(frozen))
    }

    /// The same, on this clock.
    pub(crate) fn with_clock(clock: Clock) -> Result<Self, dynamodb::StoreError> {
        let clock = Arc::new(clock);
        let administrator = Key::long_term(ACCOUNT);
        Ok(Self {
            iam: Iam::new(&administrator, clock.now()),
            organizations: Organizations::default(),
            journal: Journal::default(),
            rights: Rights::default(),
            package_key: rand::random(),
            control_token: chance::text(b"abcdefghijklmnopqrstuvwxyz0123456789", 40),
            dynamodb: DynamoDb::new(Arc::clone(&clock))?,
            autoscaling: Autoscaling::default(),
            ec2: Ec2::default(),
            ecr: Ecr::default(),
            ecs: Ecs::default(),
            lambda: Lambda::default(),
            s3: S3::new(),
            snapshots: Mutex::default(),
            next_snapshot: AtomicU64::new(1),
            durable: OnceLock::new(),
            administrator,
            clock,
        })
    }

    /// Puts everything back to the start: no table, no bucket, no identity but the administrator, no advance, no call;
    /// the administrator's key stays.
    pub(crate) fn reset(&self) -> Result<(), dynamodb::StoreError> {
        self.replace(|| self.empty())
    }

    fn empty(&self) -> Result<(), dynamodb::StoreError> {
        self.dynamodb.clear()?;
        self.autoscaling.clear();
        self.ec2.clear();
        self.ecr.clear();
        self.ecs.clear();
        self.lambda.clear();
        self.s3.clear();
        self.clock.reset();
        self.organizations.clear();
        self.iam.clear(&self.administrator, self.clock.now());
        self.journal.clear();
        Ok(())
    }

    /// Saves the state under a number.
    pub(crate) fn snapshot(&self) -> Result<u64, dynamodb::StoreError> {
        let saved = Snapshot {
            iam: self.iam.snapshot(),
            organizations: self.organizations.snapshot(),
            dynamodb: self.dynamodb.snapshot()?,
            autoscaling: self.autoscaling.snapshot(),
            ec2: self.ec2.snapshot(),
            ecr: self.ecr.snapshot(),
            ecs: self.ecs.snapshot(),
            lambda: self.lambda.snapshot(),
            s3: self.s3.snapshot(),
        };
        let number = self.next_snapshot.fetch_add(1, Ordering::Relaxed);
        let mut snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        snapshots.insert(number, saved);
        if snapshots.len() > MOST_SNAPSHOTS {
            let oldest = snapshots.keys().min().copied();
            oldest.and_then(|number| snapshots.remove(&number));
        }
        Ok(number)
    }

    /// Puts a saved state back; `false` if it is not (or no longer) kept.
    pub(crate) fn restore(&self, number: u64) -> Result<bool, dynamodb::StoreError> {
        let snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(saved) = snapshots.get(&number) else {
            return Ok(false);
        };
        self.replace(|| {
            self.dynamodb.restore(&saved.dynamodb)?;
            self.autoscaling.restore(&saved.autoscaling);
            self.ec2.restore(&saved.ec2);
            self.ecr.restore(&saved.ecr);
            self.ecs.restore(&saved.ecs);
            self.lambda.restore(&saved.lambda);
            self.s3.restore(&saved.s3);
            self.iam.restore(&saved.iam);
            self.organizations.restore(&saved.organizations);
            Ok(true)
        })
    }

    /// Moves the clock, and says how long its caller must wait before anything is signed: dates in URLs have whole
    /// seconds, so that a URL made just after the jump would look like one made just before. Where there is no
    /// bucket, there is nothing that a URL could reach, and no wait; nor without `settle`, for loops of small steps that sign no URL.
    pub(crate) fn advance(&self, by: Duration, settle: bool) -> Option<Duration> {
        let settled = settle && !self.s3.is_empty() && !by.is_zero();
        match self.durable.get() {
            Some(durable) => durable.advance(self, by, settled),
            None => self.pass(OffsetDateTime::now_utc(), by, settled),
        }
        settled.then(until_settled)
    }

    /// Moves the clock, the machine's being at `real`, and lets the services do what falls due.
    pub(crate) fn pass(&self, real: OffsetDateTime, by: Duration, settled: bool) {
        let now = self.clock.advance(real, by, settled);
        self.catch_up(now);
        self.dynamodb.expire();
        if let Some(runner) = self.lambda.runner() {
            runner.wake();
        }
    }

    /// Lets the services that live by the clock carry out what is due by `to`, before anything that they depend on
    /// changes; says up to when they have.
    pub(crate) fn catch_up(&self, to: OffsetDateTime) -> OffsetDateTime {
        application_autoscaling::catch_up_to(self, to);
        ecs::advance(self, to)
    }

    /// Executes an operation; with a data folder, what it changes is written down before this returns.
    pub(crate) fn execute(&self, service: &Service, operation: &Operation, call: &mut Call) -> Outcome {
        if operation.reads() {
            return (operation.execute)(self, call);
        }
        let outcome = if let Some(durable) = self.durable.get() {
            durable.change(self, service, operation, call)
        } else {
            self.catch_up(self.clock.now());
            (operation.execute)(self, call)
        };
        if service.name == ec2::SERVICE.name {
            self.ecs.look_at_ports(self);
        }
        outcome
    }

    /// Reads what the data folder holds; from now on every change is written there.
    pub(crate) fn keep_in(&mut self, folder: &Path) -> Result<Vec<Warning>, OpenError> {
        let (durable, warnings) = Durable::open(self, folder)?;
        // Called once, before anything is served.
        let _ = self.durable.set(durable);
        Ok(warnings)
    }

    /// Saves the whole state, if there is a data folder.
    pub(crate) fn save_now(&self) -> std::io::Result<()> {
        self.durable
            .get()
            .map_or(Ok(()), |durable| durable.replace(self, || ()).1)
    }

    /// Makes a change that is no call's, and that nothing writes down as one: the whole state is saved after it.
    pub(crate) fn change<T>(&self, change: impl FnOnce() -> T) -> T {
        self.replace(change)
    }

    /// Makes a change that is no call's.
    fn replace<T>(&self, change: impl FnOnce() -> T) -> T {
        match self.durable.get() {
            // What could not be saved now is saved before the next change, or that is refused.
            Some(durable) => durable.replace(self, change).0,
            None => change(),
        }
    }

    /// Writes the data into a folder, each service into one of its own.
    pub(crate) fn save(&self, folder: &Path) -> std::io::Result<()> {
        let of = |service: &str| {
            let folder = folder.join(service);
            std::fs::create_dir_all(&folder).map(|()| folder)
        };
        self.iam.save(&of("iam")?)?;
        self.organizations.save(&of("organizations")?)?;
        self.dynamodb.save(&of("dynamodb")?)?;
        self.autoscaling.save(&of("application-autoscaling")?)?;
        self.ec2.save(&of("ec2")?)?;
        self.ecr.save(&of("ecr")?)?;
        self.ecs.save(&of("ecs")?)?;
        self.lambda.save(&of("lambda")?)?;
        self.s3.save(&of("s3")?)?;
        std::fs::write(folder.join(CLOCK), serde_json::to_vec(&self.clock.saved())?)
    }

    /// Reads what [`Cloud::save`] wrote; what was never written stays empty.
    pub(crate) fn load(&self, folder: &Path) -> std::io::Result<()> {
        self.iam.load(&folder.join("iam"))?;
        self.organizations.load(&folder.join("organizations"))?;
        let dynamodb = folder.join("dynamodb");
        if dynamodb.is_dir() {
            self.dynamodb.load(&dynamodb)?;
        }
        self.autoscaling.load(&folder.join("application-autoscaling"))?;
        self.ec2.load(&folder.join("ec2"))?;
        self.ecr.load(&folder.join("ecr"))?;
        self.ecs.load(&folder.join("ecs"))?;
        self.lambda.load(&folder.join("lambda"))?;
        let s3 = folder.join("s3");
        if s3.is_dir() {
            self.s3.load(&s3)?;
        }
        let clock = folder.join(CLOCK);
        if clock.is_file() {
            self.clock.resume(serde_json::from_slice(&std::fs::read(clock)?)?);
        }
        Ok(())
    }
}
