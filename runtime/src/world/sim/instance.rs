//! One instance of a simulation: a group of tasks that dies as a whole.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::Timestamp;
use uuid::{Builder, Uuid};

use super::executor::{Core, GroupId};
use crate::BoxFuture;
use crate::world::{Fault, Realm, Step, Task};

const MILLION: u64 = 1_000_000;

pub(super) struct Instance {
    core: Arc<Core>,
    group: GroupId,
    name: String,
}

impl Instance {
    pub(super) fn root(core: Arc<Core>) -> Arc<Self> {
        Arc::new(Self {
            core,
            group: 0,
            name: "simulation".to_owned(),
        })
    }

    fn is_calm(&self) -> bool {
        self.core.clock.elapsed() >= self.core.plan.calm_after
    }

    fn draws(&self, fault: Fault) -> bool {
        let chance = u64::from(self.core.plan.chance(fault));
        chance > 0 && !self.is_calm() && self.core.chance(|it| it.faults.below(MILLION)) < chance
    }
}

impl Realm for Instance {
    fn now(&self) -> Timestamp {
        self.core.clock.now()
    }

    fn sleep(&self, how_long: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self.core.clock.sleep(how_long))
    }

    fn spawn(&self, name: &str, future: BoxFuture<'static, ()>) -> Task {
        let (id, ended) = self.core.spawn(name, self.group, future);
        // Weak: a task's handle may live inside another task of the same core.
        let core: Weak<Core> = Arc::downgrade(&self.core);
        Task::new(ended, move || {
            if let Some(core) = core.upgrade() {
                core.abort(id);
            }
        })
    }

    fn random(&self) -> u64 {
        self.core.chance(|it| it.world.draw())
    }

    fn new_id(&self) -> Uuid {
        let millis = self.now().as_millisecond().max(0) as u64;
        let mut random = [0; 10];
        let (high, low) = self.core.chance(|it| (it.world.draw(), it.world.draw()));
        random[..8].copy_from_slice(&high.to_be_bytes());
        random[8..].copy_from_slice(&low.to_be_bytes()[..2]);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    fn instance(&self, name: &str) -> Arc<dyn Realm> {
        Arc::new(Self {
            core: self.core.clone(),
            group: self.core.new_group(),
            name: name.to_owned(),
        })
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn kill(&self) {
        if self.group != 0 {
            self.note(format_args!("{} is killed", self.name));
            self.core.doom(self.group);
        }
    }

    fn is_alive(&self) -> bool {
        self.core.is_alive(self.group)
    }

    fn restart_delay(&self) -> Duration {
        let range = &self.core.plan.restart_after;
        let span = range.end.saturating_sub(range.start).as_nanos() as u64;
        range.start + Duration::from_nanos(self.core.chance(|it| it.faults.below(span)))
    }

    fn dies_at(&self, step: Step) -> bool {
        if !self.is_alive() {
            return true;
        }
        // The root has no supervisor.
        let dies = self.group != 0 && self.draws(Fault::Crash);
        if dies {
            self.note(format_args!("{} crashes after {step:?}", self.name));
            self.core.doom(self.group);
        }
        dies
    }

    fn simulated(&self) -> bool {
        true
    }

    fn strikes(&self, fault: Fault) -> bool {
        let strikes = self.draws(fault);
        if strikes {
            self.note(format_args!("{fault:?} strikes {}", self.name));
        }
        strikes
    }

    fn fault_delay(&self) -> Option<Duration> {
        let longest = self.core.plan.longest_delay.as_nanos() as u64;
        self.strikes(Fault::Delay)
            .then(|| Duration::from_nanos(self.core.chance(|it| it.faults.below(longest))))
    }

    fn outage(&self, dependency: &str) -> bool {
        let plan = &self.core.plan;
        !plan.outages.is_empty() && plan.is_down(dependency, self.core.clock.elapsed())
    }

    fn note(&self, what: fmt::Arguments<'_>) {
        let at = self.core.clock.nanos();
        self.core.journal().line(at, what);
    }
}
