//! What the desk says before the first cell of a lesson runs on a real account.

use super::{Desk, lock, patient};
use crate::aws::rehearsal::Stage;
use crate::cli::Choice;
use crate::failure::Failure;
use crate::identity::Identity;
use crate::workshop;
use workbook::cell::Cell;
use workbook::lesson::Lesson;

impl Desk<'_> {
    /// Whether cells of this lesson may run. On a real account, the first time, it is said what the lesson will do there; who
    /// has not confirmed everything beforehand asks once more.
    pub(super) fn may_run(&mut self, lesson: &Lesson) -> Result<bool, Failure> {
        let Choice::Aws { confirmed, .. } = &self.context.choice else {
            return Ok(true);
        };
        if self.announced.contains(&lesson.id) {
            return Ok(true);
        }
        let workshop = self.kitchen.workshop(patient())?;
        let (place, run) = {
            let workshop = lock(&workshop);
            (workshop.whereabouts.clone(), workshop.run.clone())
        };
        let (Some(place), Some(run)) = (place, run) else {
            return Ok(true);
        };
        let identity = Identity {
            account: place.account,
            arn: place.who,
            region: place.region,
        };
        let cells: Vec<&Cell> = lesson.cells().collect();
        let stage = Stage::set(&run.prefix)?;
        match workshop::announce(self.screen, stage, &cells, &identity, &run) {
            Err(Failure::Interrupted) => {
                self.tip("la répétition s’est arrêtée\u{a0}: rien n’a été envoyé.");
                return Ok(false);
            }
            announced => announced?,
        }
        self.announced.insert(lesson.id.clone());
        if !confirmed {
            self.tip("refais la même commande, et ce sera sur ton compte.");
        }
        Ok(*confirmed)
    }
}
