//! The queues on RabbitMQ against the bare client library on the same broker: publishing with
//! confirms, and consuming with acknowledgements.

use std::error::Error;
use std::time::Instant;

use futures_util::StreamExt;
use herald::transport::queues::QueueRole;
use herald::transport::rabbitmq::{Rabbitmq, RabbitmqSettings};
use herald::transport::{Headers, NewMessage, QueueEvent, QueueMessage, QueueSpec, Queues, Route};
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
    ConfirmSelectOptions, QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};

use crate::timing::report;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Messages of one round.
const MESSAGES: usize = 4_000;
/// Messages that wait for confirms, or for acknowledgements, at a time, in both.
const WINDOW: usize = 500;
/// Rounds; the best of each side counts, sides alternate.
const ROUNDS: usize = 5;
/// Bytes of a message's payload.
const PAYLOAD: usize = 512;
/// What a message of Herald carries in headers, roughly.
const HEADERS: [(&str, &str); 4] = [
    ("ce_id", "0198a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"),
    ("ce_type", "shop.notification.SendEmail"),
    ("ce_source", "/shop/order"),
    ("ce_time", "2026-01-01T00:00:00Z"),
];

/// Prints the ratios; true if both are what is asked.
pub(crate) fn run() -> Outcome<bool> {
    let url = std::env::var("HERALD_TEST_AMQP")
        .map_err(|_| "set HERALD_TEST_AMQP to the amqp:// URL of a RabbitMQ for tests")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let queue = format!("bench.{}", std::process::id());
        let bare = Connection::connect(&url, ConnectionProperties::default()).await?;
        let channel = bare.create_channel().await?;
        let raced = race(&url, &queue, &channel, &bare).await;
        channel
            .queue_delete(queue.as_str().into(), QueueDeleteOptions::default())
            .await?;
        raced
    })
}

async fn race(url: &str, queue: &str, channel: &Channel, bare: &Connection) -> Outcome<bool> {
    let herald = Rabbitmq::connect(&RabbitmqSettings::at(url), "bench").await?;
    let spec = QueueSpec::new(queue, QueueRole::Work);
    herald.declare(&[spec]).await?;
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await?;
    let mut best = [f64::MAX; 4];
    for _ in 0..ROUNDS {
        let round = [
            timed(publish(&herald, queue)).await?,
            timed(consume(&herald, queue)).await?,
            timed(publish_bare(channel, queue)).await?,
            timed(consume_bare(bare, queue)).await?,
        ];
        for (best, took) in best.iter_mut().zip(round) {
            *best = best.min(took);
        }
    }
    let [publish, consume, publish_bare, consume_bare] = best;
    let published = report(
        "publish, confirmed / bare lapin",
        publish,
        publish_bare,
        "µs",
        0.9,
    );
    Ok(report(
        "consume and acknowledge / bare lapin",
        consume,
        consume_bare,
        "µs",
        0.9,
    ) && published)
}

/// Microseconds a message.
async fn timed(work: impl Future<Output = Outcome<()>>) -> Outcome<f64> {
    let start = Instant::now();
    work.await?;
    Ok(start.elapsed().as_secs_f64() * 1e6 / MESSAGES as f64)
}

async fn publish(herald: &Rabbitmq, queue: &str) -> Outcome<()> {
    let headers: Headers = HEADERS.into_iter().collect();
    let message = NewMessage {
        route: Route::queue(queue),
        message: QueueMessage {
            headers,
            payload: vec![7; PAYLOAD].into(),
            timestamp: None,
        },
    };
    for _ in 0..MESSAGES / WINDOW {
        for answer in herald.publish(vec![message.clone(); WINDOW]).await {
            answer?;
        }
    }
    Ok(())
}

async fn publish_bare(channel: &Channel, queue: &str) -> Outcome<()> {
    let mut headers = FieldTable::default();
    for (name, value) in HEADERS {
        headers.insert(name.into(), AMQPValue::LongString(value.into()));
    }
    let properties = BasicProperties::default()
        .with_delivery_mode(2)
        .with_headers(headers);
    let options = BasicPublishOptions {
        mandatory: true,
        immediate: false,
    };
    for _ in 0..MESSAGES / WINDOW {
        let mut confirms = Vec::with_capacity(WINDOW);
        for _ in 0..WINDOW {
            let payload = vec![7; PAYLOAD];
            let (to, properties) = (queue.into(), properties.clone());
            let sent = channel.basic_publish("".into(), to, options, &payload, properties);
            confirms.push(sent.await?);
        }
        for confirm in confirms {
            if !confirm.await?.is_ack() {
                return Err("not confirmed".into());
            }
        }
    }
    Ok(())
}

async fn consume(herald: &Rabbitmq, queue: &str) -> Outcome<()> {
    let consumer = herald.consume(queue, WINDOW as u16).await?;
    let mut seen = 0;
    while seen < MESSAGES {
        if let QueueEvent::Delivery(delivery) = consumer.next().await {
            consumer.ack(delivery.tag).await?;
            seen += 1;
        }
    }
    Ok(())
}

async fn consume_bare(bare: &Connection, queue: &str) -> Outcome<()> {
    let channel = bare.create_channel().await?;
    channel
        .basic_qos(WINDOW as u16, BasicQosOptions::default())
        .await?;
    let (options, table) = (BasicConsumeOptions::default(), FieldTable::default());
    let mut consumer = channel
        .basic_consume(queue.into(), "".into(), options, table)
        .await?;
    for _ in 0..MESSAGES {
        let delivery = consumer.next().await.ok_or("the consumer ended")??;
        delivery.ack(BasicAckOptions::default()).await?;
    }
    Ok(())
}
