//! Organizational units.

use serde_json::{Value, json};

use super::errors::{constraint, error, no_such_parent, no_such_unit};
use super::input::sized;
use super::state::{Organization, Unit, id};
use super::{Answer, Work};
use crate::error::AwsError;

/// The most units of an organization, and how deep they nest.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const MOST_UNITS: usize = 2000;
const DEEPEST: usize = 5;

impl Organization {
    fn unit(&self, unit: &Unit) -> Value {
        json!({
            "Id": unit.id,
            "Arn": self.arn(&unit.id),
            "Name": unit.name,
            "Path": self.path(&unit.id),
        })
    }

    fn check_name(&self, parent: &str, name: &str) -> Result<(), AwsError> {
        let taken = |unit: &Unit| unit.parent == parent && unit.name == name;
        if self.units.values().any(taken) {
            return Err(error(
                "DuplicateOrganizationalUnitException",
                "An OU with the same name already exists.",
            ));
        }
        Ok(())
    }
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let (parent, name) = (work.input.required("ParentId")?, work.input.text("Name", 1, 128)?);
    let organization = work.managed()?;
    if !organization.is_parent(parent) {
        return Err(no_such_parent());
    }
    organization.check_name(parent, name)?;
    if organization.line(parent).len() > DEEPEST {
        let message = "You have exceeded the allowed depth of the organizational unit tree.";
        return Err(constraint("OU_DEPTH_LIMIT_EXCEEDED", message));
    }
    if organization.units.len() >= MOST_UNITS {
        let message = "You have exceeded the allowed number of organizational units.";
        return Err(constraint("OU_NUMBER_LIMIT_EXCEEDED", message));
    }
    let unit = Unit {
        id: id(&format!("ou-{}-", organization.root.trim_start_matches("r-")), 8),
        name: name.to_owned(),
        parent: parent.to_owned(),
    };
    let id = unit.id.clone();
    organization.units.insert(id.clone(), unit.clone());
    organization.attach_defaults(&id);
    Ok(json!({ "OrganizationalUnit": organization.unit(&unit) }))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html>
pub(super) fn describe(work: &mut Work<'_>) -> Answer {
    let id = work.input.required("OrganizationalUnitId")?;
    let organization = work.managed()?;
    let unit = organization.units.get(id).ok_or_else(no_such_unit)?;
    Ok(json!({ "OrganizationalUnit": organization.unit(unit) }))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateOrganizationalUnit.html>
pub(super) fn update(work: &mut Work<'_>) -> Answer {
    let (id, name) = (
        work.input.required("OrganizationalUnitId")?,
        work.input.optional("Name"),
    );
    let organization = work.managed()?;
    let parent = organization
        .units
        .get(id)
        .ok_or_else(no_such_unit)?
        .parent
        .clone();
    if let Some(name) = name {
        sized(name, 1, 128)?;
        organization.check_name(&parent, name)?;
        if let Some(unit) = organization.units.get_mut(id) {
            name.clone_into(&mut unit.name);
        }
    }
    let unit = organization.units.get(id).ok_or_else(no_such_unit)?;
    Ok(json!({ "OrganizationalUnit": organization.unit(unit) }))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganizationalUnit.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let id = work.input.required("OrganizationalUnitId")?;
    let organization = work.managed()?;
    if !organization.units.contains_key(id) {
        return Err(no_such_unit());
    }
    let holds_units = organization.units.values().any(|unit| unit.parent == id);
    if holds_units || organization.accounts.values().any(|account| account.parent == id) {
        return Err(error(
            "OrganizationalUnitNotEmptyException",
            "You specified an organizational unit that contains accounts or other organizational units.",
        ));
    }
    organization.units.remove(id);
    organization.attached.remove(id);
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html>
pub(super) fn list_for_parent(work: &mut Work<'_>) -> Answer {
    let (input, parent) = (work.input, work.input.required("ParentId")?);
    let organization = work.managed()?;
    if !organization.is_parent(parent) {
        return Err(no_such_parent());
    }
    let units = organization.units.values().filter(|unit| unit.parent == parent);
    input.page(
        "OrganizationalUnits",
        units.map(|unit| organization.unit(unit)).collect(),
    )
}
