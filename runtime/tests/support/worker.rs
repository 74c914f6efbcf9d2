//! A service whose handlers do what the text of a message says, and note it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use herald::store::memory::{Table, Tables, TablesTx};
use herald::{Binding, Bound, Context, Definition, HandlerError, World};

use super::catalog::TOPOLOGY;
use super::headers::{AskedHeaders, WorkHeaders};
use super::{Answered, Asked, Overdue, Permits, Work};

pub static DEFINITION: Definition = Definition {
    system: "test",
    service: "worker",
    doc: "Notes what it is asked.",
    topology: |_| Some(&TOPOLOGY),
};

/// By key, the texts that had their effect, in order.
pub type State = Table<String, Vec<String>>;
type Cx<'a> = Context<'a, Permits, TablesTx<State>>;

/// Texts: `fail:N…` fails N times, `reject…` is rejected, `slow:MS…` takes that
/// long, `big…` publishes too much, `timer…` sets the timer, `untimer…` cancels
/// it, `work:…` sends a command with the rest, `tenant:…` does so with the headers of
/// its own, which a command `tenant …` is noted with, `strange` asks for those of a command; anything else is fine.
#[derive(Clone)]
pub struct Worker {
    pub world: World,
    pub store: Tables<State>,
    /// How often each text was tried.
    pub tries: Arc<Mutex<BTreeMap<String, u32>>>,
}

impl Worker {
    pub fn new(world: &World) -> Self {
        Self {
            world: world.clone(),
            store: Tables::default(),
            tries: Arc::default(),
        }
    }

    pub fn notes(&self, key: &str) -> Vec<String> {
        self.store
            .read(|state| state.get(&key.to_owned()).cloned().unwrap_or_default())
    }

    pub fn all_notes(&self) -> Vec<String> {
        self.store
            .read(|state| state.values().flatten().cloned().collect())
    }

    pub fn tries(&self, text: &str) -> u32 {
        self.tries.lock().unwrap().get(text).copied().unwrap_or(0)
    }

    async fn perform(&self, key: &str, text: &str, cx: &mut Cx<'_>) -> Result<(), HandlerError> {
        let tries = {
            let mut tries = self.tries.lock().unwrap();
            let tries = tries.entry(text.to_owned()).or_default();
            *tries += 1;
            *tries
        };
        if self.world.outage("provider") {
            return Err(HandlerError::unavailable("provider", "no answer"));
        }
        let number = |at: &str| {
            at.chars()
                .take_while(char::is_ascii_digit)
                .collect::<String>()
        };
        if let Some(rest) = text.strip_prefix("slow:") {
            self.world
                .sleep(Duration::from_millis(number(rest).parse().unwrap()))
                .await;
        }
        cx.tx()
            .state()
            .await
            .get_or_insert_with(key.to_owned(), Vec::new)
            .push(text.to_owned());
        if text.starts_with("timer") {
            cx.set_timer(Overdue::new(key, text))?;
        }
        if text.starts_with("untimer") {
            cx.cancel_timer::<Overdue>(key);
        }
        if let Some(rest) = text.strip_prefix("work:") {
            cx.send(Work::new(key, rest))?;
        }
        let padding = if text.starts_with("big") {
            "x".repeat(2 << 20)
        } else {
            String::new()
        };
        cx.publish(Answered::new(key, format!("{text}{padding}")))?;
        // Failing last, so that what is rolled back would be seen.
        if let Some(rest) = text.strip_prefix("fail:")
            && tries <= number(rest).parse().unwrap()
        {
            return Err(HandlerError::transient(format!("try {tries}")));
        }
        if text.starts_with("reject") {
            return Err(HandlerError::rejected("never"));
        }
        Ok(())
    }

    async fn on_asked(&self, asked: Asked, cx: &mut Cx<'_>) -> Result<(), HandlerError> {
        if let Some(rest) = asked.text.strip_prefix("tenant:") {
            let AskedHeaders { tenant, x_level } = cx.headers::<Asked>()?;
            let headers = WorkHeaders {
                tenant: Some(tenant),
                x_level: Some(x_level),
            };
            cx.send_with(
                Work::new(&asked.key, format!("tenant {rest}")),
                headers.clone(),
            )?;
            let again = AskedHeaders {
                tenant: "own".to_owned(),
                x_level: x_level + 1,
            };
            cx.publish_with(Asked::new(&asked.key, "fine"), again)?;
        }
        if asked.text == "strange" {
            let WorkHeaders { .. } = cx.headers::<Work>()?;
        }
        self.perform(&asked.key, &asked.text, cx).await
    }

    async fn on_work(&self, work: Work, cx: &mut Cx<'_>) -> Result<(), HandlerError> {
        let mut text = work.text;
        if let Some(rest) = text.strip_prefix("tenant ") {
            let WorkHeaders { tenant, x_level } = cx.headers::<Work>()?;
            text = format!("{rest} {tenant:?} {x_level:?}");
        }
        self.perform(&work.key, &text, cx).await
    }

    pub fn bind(&self) -> Bound {
        Binding::<Permits, _, _>::new(&DEFINITION, self.clone(), self.store.clone())
            .publishes::<Answered>()
            .publishes::<Asked>()
            .sends::<Work>()
            .on::<Asked>(|worker, asked, cx| Box::pin(worker.on_asked(asked, cx)))
            .receive::<Work>(|worker, work, cx| Box::pin(worker.on_work(work, cx)))
            .timer::<Overdue>(|worker, timer, cx| {
                Box::pin(async move {
                    let text = format!("fired {}", timer.text);
                    worker.perform(&timer.key, &text, cx).await
                })
            })
            .build()
    }
}
