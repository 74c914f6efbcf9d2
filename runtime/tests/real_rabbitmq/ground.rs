//! A real broker, the wire to it, and names of one test's own.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use herald::transport::rabbitmq::{Rabbitmq, RabbitmqSettings};
use herald::transport::{
    NewMessage, PublishError, QueueConsumer, QueueSpec, Queues, TransportError,
};
use herald::{BoxFuture, World};
use lapin::options::{ExchangeDeleteOptions, QueueDeclareOptions, QueueDeleteOptions};
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties};

use crate::proxy::Proxy;

/// What a test on the real broker works with.
#[derive(Clone)]
pub(crate) struct Ground {
    pub(crate) world: World,
    pub(crate) proxy: Proxy,
    pub(crate) prefix: String,
    uri: AMQPUri,
    specs: Arc<Mutex<Vec<QueueSpec>>>,
}

/// Runs a test, and deletes the queues it made however it ends.
pub(crate) fn on_the_ground<F: Future<Output = ()>>(test: impl FnOnce(Ground) -> F) {
    let url = std::env::var("HERALD_TEST_AMQP")
        .expect("set HERALD_TEST_AMQP to the amqp:// URL of a RabbitMQ for tests");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let world = herald::world::real::world_on(runtime.handle().clone());
    runtime.block_on(async {
        let uri: AMQPUri = url.parse().unwrap();
        let authority = &uri.authority;
        let proxy = Proxy::to(&format!("{}:{}", authority.host, authority.port)).await;
        let ground = Ground {
            prefix: format!("t{}.", world.new_id().simple()),
            world,
            proxy,
            uri,
            specs: Arc::default(),
        };
        let ended = std::panic::AssertUnwindSafe(test(ground.clone()))
            .catch_unwind()
            .await;
        ground.tidy().await;
        if let Err(panic) = ended {
            std::panic::resume_unwind(panic);
        }
    });
}

impl Ground {
    /// Herald's transport, through the wire.
    pub(crate) async fn broker(&self) -> Broker {
        self.broker_with(|_| {}).await
    }

    pub(crate) async fn broker_with(&self, change: impl FnOnce(&mut RabbitmqSettings)) -> Broker {
        let mut uri = self.uri.clone();
        "127.0.0.1".clone_into(&mut uri.authority.host);
        uri.authority.port = self.proxy.address().port();
        let mut settings = RabbitmqSettings::at(uri.to_string());
        change(&mut settings);
        Broker {
            rabbitmq: Rabbitmq::connect(&settings, &self.prefix).await.unwrap(),
            specs: self.specs.clone(),
        }
    }

    /// A channel of the bare client, past the wire.
    pub(crate) async fn bare(&self) -> Channel {
        let connection = Connection::connect_uri(self.uri.clone(), ConnectionProperties::default());
        connection.await.unwrap().create_channel().await.unwrap()
    }

    /// Messages of a queue that no consumer has.
    pub(crate) async fn ready(&self, bare: &Channel, queue: &str) -> usize {
        let passive = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let queue = bare.queue_declare(queue.into(), passive, lapin::types::FieldTable::default());
        queue.await.unwrap().message_count() as usize
    }

    async fn tidy(&self) {
        let specs = std::mem::take(&mut *self.specs.lock().unwrap());
        let bare = self.bare().await;
        for spec in specs {
            let options = QueueDeleteOptions::default();
            bare.queue_delete(spec.name.into(), options).await.unwrap();
            for binding in spec.bindings {
                let options = ExchangeDeleteOptions::default();
                let deleted = bare.exchange_delete(binding.exchange.into(), options);
                deleted.await.unwrap();
            }
        }
    }
}

/// The transport, remembering what it was asked to make.
pub(crate) struct Broker {
    rabbitmq: Rabbitmq,
    specs: Arc<Mutex<Vec<QueueSpec>>>,
}

impl Queues for Broker {
    fn declare<'a>(&'a self, queues: &'a [QueueSpec]) -> BoxFuture<'a, Result<(), TransportError>> {
        self.specs.lock().unwrap().extend_from_slice(queues);
        self.rabbitmq.declare(queues)
    }

    fn publish(&self, messages: Vec<NewMessage>) -> BoxFuture<'_, Vec<Result<(), PublishError>>> {
        self.rabbitmq.publish(messages)
    }

    fn consume(
        &self,
        queue: &str,
        prefetch: u16,
    ) -> BoxFuture<'_, Result<Box<dyn QueueConsumer>, TransportError>> {
        self.rabbitmq.consume(queue, prefetch)
    }
}
