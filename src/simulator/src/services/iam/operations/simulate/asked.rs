//! What a simulation is asked: policies, actions, resources, circumstances.

use serde_json::Value;

use crate::error::AwsError;
use crate::policy::{Context, DocumentKind, Source, SourceKind};
use crate::services::form::Form;
use crate::services::iam::errors::invalid_input;
use crate::services::iam::page::Page;
use crate::services::iam::rules::{ACTION_NAME, ARN, CONTEXT_KEY_NAME, DOCUMENT, RESOURCE_NAME};
use crate::services::iam::state::Held;

/// The most items of a list.
const MANY: usize = 1000;

/// The most levels of an organization.
const MOST_LEVELS: usize = 7;

/// What is the same for both simulators.
pub(super) struct Asked {
    /// The policies given as texts.
    pub(super) policies: Vec<Source>,
    /// The permissions boundary given as a text.
    pub(super) boundary: Option<Source>,
    /// The actions.
    pub(super) actions: Vec<String>,
    /// The resources; `*` alone where none is named.
    pub(super) resources: Vec<String>,
    /// The resource-based policy that every resource is to have.
    pub(super) resource_policy: Option<Source>,
    /// The account of resources whose ARN names none.
    pub(super) resource_owner: Option<String>,
    /// Who is to call.
    pub(super) caller: Option<String>,
    /// The circumstances.
    pub(super) context: Context,
    /// Which part of the results is asked for.
    pub(super) page: Page,
}

impl Asked {
    /// Reads the request.
    pub(super) fn of(form: &mut Form<'_>, policies_required: bool) -> Result<Self, AwsError> {
        let page = Page::of(form);
        let actions = form.list("ActionNames", MANY, &ACTION_NAME);
        let resources = form.list("ResourceArns", MANY, &RESOURCE_NAME);
        let resource_policy = form.optional("ResourcePolicy", &DOCUMENT);
        let owner = form.optional("ResourceOwner", &RESOURCE_NAME);
        let caller = form.optional("CallerArn", &RESOURCE_NAME);
        let boundaries = form.list("PermissionsBoundaryPolicyInputList", 1, &DOCUMENT);
        if actions.is_empty() {
            form.missing("ActionNames");
        }
        let policies = policies(form, policies_required)?;
        actions.iter().try_for_each(|action| check_action(action))?;
        let boundaries = read_all(
            "PermissionsBoundaryPolicyInputList",
            &boundaries,
            DocumentKind::Boundary,
            SourceKind::Boundary,
        )?;
        let of_resource = |text: String| {
            let document = read(&text, DocumentKind::Resource)?;
            let source = Source::new("ResourcePolicy", SourceKind::Resource, document.share());
            Ok::<_, AwsError>(source)
        };
        Ok(Self {
            policies,
            boundary: boundaries.into_iter().next(),
            actions,
            resources: if resources.is_empty() {
                vec!["*".to_owned()]
            } else {
                resources
            },
            resource_policy: resource_policy.map(of_resource).transpose()?,
            resource_owner: owner.map(|arn| account_of(&arn)).transpose()?,
            caller,
            context: context(form.raw())?,
            page,
        })
    }
}

/// The ARN of whom a simulation is about.
pub(super) fn source_arn(form: &mut Form<'_>) -> String {
    form.required("PolicySourceArn", &ARN)
}

/// The policies given as texts; everything that the request holds has been checked after that.
pub(super) fn policies(form: &mut Form<'_>, required: bool) -> Result<Vec<Source>, AwsError> {
    let texts = form.list("PolicyInputList", MANY, &DOCUMENT);
    if required && !form.has("PolicyInputList") {
        form.missing("PolicyInputList");
    }
    form.check()?;
    read_all(
        "PolicyInputList",
        &texts,
        DocumentKind::Identity,
        SourceKind::UserInline,
    )
}

/// The service control policies, a level each.
pub(super) fn organization_levels(input: &Value) -> Result<Vec<Vec<Source>>, AwsError> {
    let levels = input["OrderedOrganizationPolicyInputList"].as_array();
    let levels = levels.map_or(&[][..], Vec::as_slice);
    if levels.len() > MOST_LEVELS {
        return Err(invalid_input(
            "Invalid Input: an organization has at most 7 levels.",
        ));
    }
    let level = |(number, level): (usize, &Value)| {
        let texts = level["ServiceControlPolicyInputList"]
            .as_array()
            .into_iter()
            .flatten();
        let texts: Vec<String> = texts
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect();
        let name = format!("OrderedOrganizationPolicyInputList.{}", number + 1);
        read_all(
            &name,
            &texts,
            DocumentKind::ServiceControl,
            SourceKind::ServiceControl,
        )
    };
    levels.iter().enumerate().map(level).collect()
}

fn read_all(
    list: &str,
    texts: &[String],
    kind: DocumentKind,
    source: SourceKind,
) -> Result<Vec<Source>, AwsError> {
    let numbered = texts.iter().enumerate();
    let read = numbered.map(|(index, text)| {
        let document = read(text, kind)?;
        Ok(Source::new(
            format!("{list}.{}", index + 1),
            source,
            document.share(),
        ))
    });
    read.collect()
}

fn read(text: &str, kind: DocumentKind) -> Result<Held, AwsError> {
    Held::parse(text, kind).map_err(|malformed| invalid_input(malformed.sentence()))
}

fn check_action(action: &str) -> Result<(), AwsError> {
    let named = action.split_once(':');
    let whole = |part: &str| !part.is_empty() && !part.contains(['*', '?', ':']);
    if named.is_some_and(|(service, name)| whole(service) && whole(name)) {
        return Ok(());
    }
    Err(invalid_input(format!(
        "Invalid Input Actions: {action} is not a valid action name."
    )))
}

/// The account of `arn:aws:iam::111122223333:root`.
fn account_of(arn: &str) -> Result<String, AwsError> {
    let account = arn
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.strip_suffix(":root"));
    let digits =
        account.filter(|account| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()));
    digits
        .map(str::to_owned)
        .ok_or_else(|| invalid_input(format!("Invalid Resource Owner: {arn}")))
}

fn context(input: &Value) -> Result<Context, AwsError> {
    let mut context = Context::new();
    for entry in input["ContextEntries"].as_array().into_iter().flatten() {
        let text = |member: &str| entry[member].as_str().unwrap_or_default();
        let (name, kind) = (text("ContextKeyName"), text("ContextKeyType"));
        let length = name.chars().count();
        if !(CONTEXT_KEY_NAME.min..=CONTEXT_KEY_NAME.max).contains(&length) {
            return Err(invalid_input(format!("Invalid context key name: {name}")));
        }
        let values = entry["ContextKeyValues"].as_array().into_iter().flatten();
        let values: Vec<String> = values
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect();
        match values.as_slice() {
            [one] if !kind.ends_with("List") => context.add(name.to_owned(), vec![one.clone()]),
            _ => context.set_all(name.to_owned(), values),
        }
    }
    Ok(context)
}
