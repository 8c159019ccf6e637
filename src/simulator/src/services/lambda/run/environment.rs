//! The environment of a function's process.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Invocation;
use super::interpreter::Program;
use super::mounts::Mounts;
use super::unpack::Unpacked;
use crate::{REGION, chance};

/// What functions have that is no path, unless their configuration gives it.
const USUAL: [(&str, &str); 4] = [
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("TZ", ":UTC"),
    ("LANG", "en_US.UTF-8"),
    ("NO_PROXY", "127.0.0.1,localhost"),
];

/// Everything that a process is started with.
pub(super) struct Surroundings<'a> {
    /// The first call that it is for.
    pub(super) invocation: &'a Invocation<'a>,
    /// Its code and its layers.
    pub(super) folders: &'a Unpacked,
    /// The simulator's address.
    pub(super) endpoint: &'a str,
    /// What runs it.
    pub(super) program: &'a Program,
    /// The role's credentials, as STS shows them.
    pub(super) credentials: Value,
}

impl Surroundings<'_> {
    /// The id of the access key that the process has.
    pub(super) fn access_key(&self) -> Option<&str> {
        self.credentials["AccessKeyId"].as_str()
    }

    /// The variables, with the address of the Runtime API. What the configuration gives takes the place of what functions
    /// have usually; what is reserved it cannot give.
    pub(super) fn variables(&self, runtime_api: &str, mounts: &Mounts<'_>) -> Vec<(String, OsString)> {
        let configuration = &self.invocation.configuration;
        let usual = USUAL.map(|(name, value)| (name.to_owned(), value.into()));
        let usual = usual.into_iter().chain(self.paths(mounts));
        let given = configuration.environment.iter().flatten();
        let given = given.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().into()));
        let reserved = self.reserved(runtime_api).into_iter().chain(self.credentials());
        let reserved = reserved.map(|(name, value)| (name.to_owned(), value.into()));
        let folders = folders(mounts).into_iter();
        let folders = folders.map(|(name, folder)| (name.to_owned(), folder.into()));
        usual.chain(given).chain(reserved).chain(folders).collect()
    }

    fn paths(&self, mounts: &Mounts<'_>) -> Vec<(String, OsString)> {
        let paths = paths(mounts).into_iter();
        let endpoint = [("AWS_ENDPOINT_URL", self.endpoint.into())];
        let all = paths.chain(endpoint);
        all.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn reserved(&self, runtime_api: &str) -> Vec<(&'static str, String)> {
        let configuration = &self.invocation.configuration;
        let name = self.invocation.name;
        let runtime = configuration.runtime.as_deref().unwrap_or_default();
        vec![
            ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned()),
            ("_HANDLER", configuration.handler.clone().unwrap_or_default()),
            ("AWS_LAMBDA_FUNCTION_NAME", name.to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", self.invocation.version.clone()),
            (
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                configuration.memory.to_string(),
            ),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
            ("AWS_LAMBDA_LOG_STREAM_NAME", self.log_stream()),
            ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{runtime}")),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ]
    }

    fn credentials(&self) -> Vec<(&'static str, String)> {
        let names = [
            ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
            ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
            ("AWS_SESSION_TOKEN", "SessionToken"),
        ];
        names
            .into_iter()
            .map(|(name, member)| {
                (
                    name,
                    self.credentials[member].as_str().unwrap_or_default().to_owned(),
                )
            })
            .collect()
    }

    /// `2026/11/22/[$LATEST]` and 32 digits.
    fn log_stream(&self) -> String {
        let now = self.invocation.now;
        let (year, month, day) = (now.year(), u8::from(now.month()), now.day());
        let digits = chance::text(b"0123456789abcdef", 32);
        format!(
            "{year:04}/{month:02}/{day:02}/[{}]{digits}",
            self.invocation.version
        )
    }
}

/// The variables that are paths.
fn paths(mounts: &Mounts<'_>) -> Vec<(&'static str, OsString)> {
    let (task, opt) = (mounts.task(), mounts.layers());
    let mut libraries: Vec<PathBuf> = ["/var/lang/lib", "/lib64", "/usr/lib64"]
        .map(PathBuf::from)
        .into();
    let mut paths: Vec<(&'static str, OsString)> = Vec::new();
    let programs = ["/var/lang/bin", "/usr/local/bin", "/usr/bin/", "/bin"].map(Path::new);
    let bin = opt.join("bin");
    paths.push(("PATH", joined(programs.into_iter().chain([bin.as_path()]))));
    if let Some(runtime) = mounts.runtime() {
        libraries.extend([runtime.to_owned(), runtime.join("lib")]);
        paths.push(("PYTHONPATH", runtime.into()));
    }
    libraries.extend([task.to_owned(), task.join("lib"), opt.join("lib")]);
    paths.push(("LD_LIBRARY_PATH", joined(libraries.iter().map(PathBuf::as_path))));
    paths
}

/// The variables that say where the function's own folders are.
fn folders<'a>(mounts: &'a Mounts<'_>) -> Vec<(&'static str, &'a Path)> {
    let task = [("LAMBDA_TASK_ROOT", mounts.task())].into_iter();
    let runtime = mounts.runtime().map(|runtime| ("LAMBDA_RUNTIME_DIR", runtime));
    task.chain(runtime).collect()
}

/// Paths with colons between them.
fn joined<'a>(paths: impl Iterator<Item = &'a Path>) -> OsString {
    let paths: Vec<&OsStr> = paths.map(Path::as_os_str).collect();
    paths.join(OsStr::new(":"))
}
