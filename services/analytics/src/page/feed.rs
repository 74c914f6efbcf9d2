//! What the page is told: the dashboard, whenever it changed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use futures_util::Stream;
use futures_util::stream::unfold;
use herald::HttpError;
use herald::host::Instance;
use herald::http::to_json;
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::dashboard::dashboard;
use crate::store::Figures;
use crate::streams::Streams;

/// How often the figures are looked at while somebody watches, however many do.
const LOOK: Duration = Duration::from_millis(500);

/// Looks without news after which something is said all the same, so that proxies keep the
/// connection and a viewer that went away is noticed.
const SILENCE: u32 = 30;

/// The figures as the page is told of them, shared by all who watch.
pub(super) struct Feed<S> {
    figures: S,
    streams: Streams,
    instance: Instance,
    last: Mutex<Option<(Timestamp, Arc<str>)>>,
}

/// How far one viewer is.
struct Viewer<S> {
    feed: Arc<Feed<S>>,
    shown: Option<Arc<str>>,
    in_trouble: bool,
    silent: u32,
    looked: bool,
}

impl<S: Figures> Feed<S> {
    pub(super) fn new(figures: S, streams: Streams, instance: Instance) -> Self {
        Self {
            figures,
            streams,
            instance,
            last: Mutex::default(),
        }
    }

    /// Events for one viewer, until the instance stops.
    pub(super) fn events(
        self: Arc<Self>,
    ) -> impl Stream<Item = Result<Event, Infallible>> + Send + 'static {
        let viewer = Viewer {
            feed: self,
            shown: None,
            in_trouble: false,
            silent: 0,
            looked: false,
        };
        unfold(viewer, |mut viewer| async move {
            let event = viewer.next().await?;
            Some((Ok(event), viewer))
        })
    }

    /// The dashboard in JSON, no older than a look.
    async fn now(&self) -> Result<Arc<str>, HttpError> {
        let mut last = self.last.lock().await;
        let now = self.instance.world().now();
        if let Some((at, text)) = &*last
            && now.duration_since(*at).unsigned_abs() < LOOK
        {
            return Ok(text.clone());
        }
        let json = to_json(&dashboard(&self.figures, &self.streams).await?)?;
        let text: Arc<str> = String::from_utf8_lossy(&json).into();
        *last = Some((now, text.clone()));
        Ok(text)
    }
}

impl<S: Figures> Viewer<S> {
    /// The next event; `None` when the instance stops.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.looked {
                let instance = &self.feed.instance;
                tokio::select! {
                    biased;
                    () = instance.stopped() => return None,
                    () = instance.world().sleep(LOOK) => {}
                }
            }
            self.looked = true;
            let event = self.look().await;
            self.silent = event.as_ref().map_or(self.silent + 1, |_| 0);
            if event.is_some() {
                return event;
            }
            if self.silent >= SILENCE {
                self.silent = 0;
                return Some(Event::default().comment("nothing new"));
            }
        }
    }

    /// What is new, if anything is.
    async fn look(&mut self) -> Option<Event> {
        match self.feed.now().await {
            Ok(text) => {
                let is_news = self.in_trouble || self.shown.as_ref() != Some(&text);
                self.in_trouble = false;
                let event = || Event::default().event("figures").data(&*text);
                let event = is_news.then(event);
                self.shown = Some(text);
                event
            }
            Err(error) => {
                tracing::warn!(%error, "the page's figures cannot be read");
                let is_news = !std::mem::replace(&mut self.in_trouble, true);
                is_news.then(|| Event::default().event("trouble").data("no figures"))
            }
        }
    }
}
