//! The surface that generated code uses, as generated code uses it.

mod support;

use herald::http::{Invalid, Method, Parts, Request};
use herald::store::memory::{Documents, Tables, TablesTx};
use herald::store::{Document, DocumentTx, Store};
use herald::{Binding, Bound, Context, Definition, HandlerError, HttpError};
use support::headers::AskedHeaders;
use support::{Answered, Asked, Overdue, Permits, Work};

static DEFINITION: Definition = Definition {
    system: "test",
    service: "worker",
    doc: "Answers.",
    topology: |_| None,
};

trait Service: Send + Sync + 'static {
    type Tx: Send;

    fn on_asked(
        &self,
        event: Asked,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send;
    fn handle_work(
        &self,
        command: Work,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send;
    fn on_overdue(
        &self,
        timer: Overdue,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send;
    fn ask(
        &self,
        request: Ask,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> impl Future<Output = Result<Asked, HttpError>> + Send;
    fn count(&self, request: Count) -> impl Future<Output = Result<i64, HttpError>> + Send;
}

struct Ask {
    body: Asked,
}

impl Request for Ask {
    const NAME: &'static str = "Ask";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/asked";
    const STATUS: u16 = 201;
    type Returns = Asked;

    fn from_parts(parts: &Parts) -> Result<Self, Invalid> {
        let mut fields = parts.fields();
        let body = fields.body();
        fields.finish(|| Some(Self { body: body? }))
    }

    fn key(&self) -> Option<String> {
        Some(self.body.key.clone())
    }
}

struct Count {
    at_least: Option<i64>,
}

impl Request for Count {
    const NAME: &'static str = "Count";
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/asked/count";
    const STATUS: u16 = 200;
    type Returns = i64;

    fn from_parts(parts: &Parts) -> Result<Self, Invalid> {
        let mut fields = parts.fields();
        let at_least = fields.query_optional("at_least");
        fields.finish(|| {
            Some(Self {
                at_least: at_least?,
            })
        })
    }

    fn key(&self) -> Option<String> {
        None
    }
}

fn bind<S: Service, St: Store<Tx = S::Tx>>(service: S, store: St) -> Bound {
    Binding::<Permits, S, St>::new(&DEFINITION, service, store)
        .publishes::<Answered>()
        .sends::<Work>()
        .on::<Asked>(|service, event, cx| Box::pin(service.on_asked(event, cx)))
        .receive::<Work>(|service, command, cx| Box::pin(service.handle_work(command, cx)))
        .timer::<Overdue>(|service, timer, cx| Box::pin(service.on_overdue(timer, cx)))
        .request::<Ask>(|service, request, cx| Box::pin(service.ask(request, cx)))
        .get::<Count>(|service, request| Box::pin(service.count(request)))
        .build()
}

type State = herald::store::memory::Table<String, i64>;

struct OnTables(Tables<State>);

impl Service for OnTables {
    type Tx = TablesTx<State>;

    async fn on_asked(
        &self,
        event: Asked,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        *cx.tx()
            .state()
            .await
            .get_or_insert_with(event.key.clone(), || 0) += 1;
        cx.publish(Answered::new(event.key.clone(), cx.idempotency_key()))?;
        cx.send(Work::new(event.key.clone(), event.text))?;
        cx.set_timer(Overdue::new(event.key, ""))?;
        Ok(())
    }

    async fn handle_work(
        &self,
        command: Work,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        cx.cancel_timer::<Overdue>(&command.key);
        Ok(())
    }

    async fn on_overdue(
        &self,
        _timer: Overdue,
        _cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        Err(HandlerError::rejected("too late"))
    }

    async fn ask(
        &self,
        request: Ask,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<Asked, HttpError> {
        let headers = AskedHeaders {
            tenant: "acme".to_owned(),
            x_level: 1,
        };
        cx.publish_with(request.body.clone(), headers)?;
        Ok(request.body)
    }

    async fn count(&self, request: Count) -> Result<i64, HttpError> {
        let least = request.at_least.unwrap_or_default();
        Ok(self
            .0
            .read(|state| state.values().filter(|count| **count >= least).count() as i64))
    }
}

#[derive(Clone)]
struct Tally(i64);

impl Document for Tally {
    fn stub(_id: &str) -> Self {
        Self(0)
    }
}

struct OnDocuments(Documents<Tally>);

impl Service for OnDocuments {
    type Tx = DocumentTx<Tally>;

    async fn on_asked(
        &self,
        event: Asked,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        cx.tx().0 += 1;
        cx.publish(Answered::new(event.key, event.text))?;
        Ok(())
    }

    async fn handle_work(
        &self,
        _command: Work,
        _cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        Ok(())
    }

    async fn on_overdue(
        &self,
        _timer: Overdue,
        _cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        Ok(())
    }

    async fn ask(
        &self,
        request: Ask,
        _cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<Asked, HttpError> {
        Ok(request.body)
    }

    async fn count(&self, _request: Count) -> Result<i64, HttpError> {
        Ok(self.0.snapshot().len() as i64)
    }
}

#[test]
fn both_kinds_of_store_bind() {
    let tables = Tables::<State>::default();
    assert_eq!(
        bind(OnTables(tables.clone()), tables).definition().service,
        "worker"
    );
    let documents = Documents::<Tally>::default();
    let bound = bind(OnDocuments(documents.clone()), documents);
    assert_eq!(bound.definition().system, "test");
}
