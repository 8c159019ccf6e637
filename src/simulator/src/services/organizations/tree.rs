//! Parents and children in the organization's tree.

use serde_json::{Value, json};

use super::errors::{error, invalid, no_such_parent};
use super::{Answer, Work};

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html>
pub(super) fn list_parents(work: &mut Work<'_>) -> Answer {
    let (input, child) = (work.input, work.input.required("ChildId")?);
    let organization = work.managed()?;
    let parent = organization.parent(child).ok_or_else(|| {
        error(
            "ChildNotFoundException",
            "You specified a child that doesn't exist.",
        )
    })?;
    let kind = if parent == organization.root {
        "ROOT"
    } else {
        "ORGANIZATIONAL_UNIT"
    };
    input.page("Parents", vec![json!({ "Id": parent, "Type": kind })])
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListChildren.html>
pub(super) fn list_children(work: &mut Work<'_>) -> Answer {
    let (input, parent) = (work.input, work.input.required("ParentId")?);
    let kind = work.input.required("ChildType")?;
    let organization = work.managed()?;
    if !organization.is_parent(parent) {
        return Err(no_such_parent());
    }
    let child = |id: &String| json!({ "Id": id, "Type": kind });
    let children: Vec<Value> = match kind {
        "ACCOUNT" => {
            let accounts = organization
                .accounts
                .values()
                .filter(|account| account.parent == parent);
            accounts.map(|account| child(&account.id)).collect()
        }
        "ORGANIZATIONAL_UNIT" => {
            let units = organization.units.values().filter(|unit| unit.parent == parent);
            units.map(|unit| child(&unit.id)).collect()
        }
        _ => return Err(invalid("INVALID_ENUM", "You specified an invalid value.")),
    };
    input.page("Children", children)
}
