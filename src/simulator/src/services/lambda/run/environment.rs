//! The environment of a function's process.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>

use std::ffi::OsString;
use std::path::Path;

use super::Invocation;
use super::interpreter::Program;
use super::unpack::Unpacked;
use crate::REGION;

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
}

impl Surroundings<'_> {
    /// The variables, with the address of the Runtime API. `opt` is where the process finds its layers.
    pub(super) fn variables(&self, runtime_api: &str, opt: &Path) -> Vec<(String, OsString)> {
        let configuration = &self.invocation.configuration;
        let name = self.invocation.name;
        let runtime = configuration.runtime.as_deref().unwrap_or_default();
        let task = self.folders.task.as_path();
        let mut variables: Vec<(String, OsString)> = Vec::new();
        let mut set = |name: &str, value: OsString| variables.push((name.to_owned(), value));
        for (member, value) in configuration.environment.iter().flatten() {
            set(member, value.as_str().unwrap_or_default().into());
        }
        let handler = configuration.handler.clone().unwrap_or_default();
        let words = [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned()),
            ("_HANDLER", handler),
            ("AWS_LAMBDA_FUNCTION_NAME", name.to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", self.invocation.version.clone()),
            (
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                configuration.memory.to_string(),
            ),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
            (
                "AWS_LAMBDA_LOG_STREAM_NAME",
                format!("{}[{}]", self.day(), self.invocation.request_id),
            ),
            ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{runtime}")),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
            ("AWS_ENDPOINT_URL", self.endpoint.to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("TZ", ":UTC".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("NO_PROXY", "127.0.0.1,localhost".to_owned()),
        ];
        for (name, value) in words {
            set(name, value.into());
        }
        for (name, value) in self.credentials() {
            set(name, value.into());
        }
        set("LAMBDA_TASK_ROOT", task.into());
        set(
            "PATH",
            joined(&[opt.join("bin").as_path()], "/usr/local/bin:/usr/bin:/bin"),
        );
        let libraries = [task, &task.join("lib"), &opt.join("lib")];
        set(
            "LD_LIBRARY_PATH",
            joined(&libraries, "/usr/local/lib64:/usr/lib64"),
        );
        if let Some(packages) = &self.program.packages {
            let version = runtime.trim_start_matches("python");
            let site = opt.join(format!("python/lib/python{version}/site-packages"));
            let python = opt.join("python");
            set("PYTHONPATH", joined(&[task, &site, &python, packages], ""));
            set("PYTHONDONTWRITEBYTECODE", "1".into());
        }
        variables
    }

    /// The role's credentials; a role that can no longer be assumed leaves the function without any.
    fn credentials(&self) -> Vec<(&'static str, String)> {
        let Some(shown) = (self.invocation.credentials)() else {
            return Vec::new();
        };
        let names = [
            ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
            ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
            ("AWS_SESSION_TOKEN", "SessionToken"),
        ];
        names
            .into_iter()
            .map(|(name, member)| (name, shown[member].as_str().unwrap_or_default().to_owned()))
            .collect()
    }

    fn day(&self) -> String {
        let now = self.invocation.configuration.modified;
        format!("{:04}/{:02}/{:02}/", now.year(), u8::from(now.month()), now.day())
    }
}

/// Paths with colons between them, and what comes after.
fn joined(paths: &[&Path], after: &str) -> OsString {
    let mut all = OsString::new();
    for path in paths {
        if !all.is_empty() {
            all.push(":");
        }
        all.push(path);
    }
    if !after.is_empty() {
        all.push(":");
        all.push(after);
    }
    all
}
