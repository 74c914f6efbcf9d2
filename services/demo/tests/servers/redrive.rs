//! A redriven letter reaches one group, and takes effect once.

use bytes::Bytes;
use demo::orders::{SourceOrder, orders};
use demo::shop::Name;
use herald::delivery::dead_letter::redriven_headers;
use herald::registry::confluent::ConfluentRegistry;
use herald::registry::{Registry, SchemaId};
use herald::transport::{Headers, Log, NewMessage, NewRecord, QueueMessage, Queues, Route};
use herald_avro::json::from_plain;
use herald_avro::schema::parse;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bad;
use crate::ground::{Ground, topology};

const TOPIC: &str = "ordering.orders";
const DEAD: &str = "ordering.orders.analytics.dlt";
const QUEUE: &str = "notification.send-email";
const ADDRESS: &str = "late@example.org";

/// A newer version of a message, whose writer forgot to register it.
struct Late {
    message: &'static str,
    schema: String,
    id: SchemaId,
    headers: Headers,
    payload: Bytes,
}

impl Late {
    async fn new(registry: &ConfluentRegistry, message: &'static str, mut value: Value) -> Self {
        let mut schema: Value = serde_json::from_str(&bad::schema_text(message)).unwrap();
        let added = json!({ "name": "late", "type": "string", "default": "" });
        schema["fields"].as_array_mut().unwrap().push(added);
        value["late"] = json!("news");
        let schema = schema.to_string();
        let datum = from_plain(&parse(&schema).unwrap(), &value).unwrap();
        // Registries count their ids.
        let fixed = format!("F{}", Uuid::new_v4().simple());
        let any = json!({ "type": "fixed", "size": 1, "name": fixed }).to_string();
        let last = registry.register(&fixed, &any).await.unwrap();
        let id = SchemaId(last.0 + 1);
        let mut headers = bad::headers(message);
        headers.push("ce_subject", value["order_id"].as_str().unwrap());
        Self {
            message,
            schema,
            id,
            headers,
            payload: bad::framed(id, &datum),
        }
    }

    /// The writer remembers.
    async fn register(&self, registry: &ConfluentRegistry) {
        let subject = format!("late-{}", self.message);
        let id = registry.register(&subject, &self.schema).await.unwrap();
        assert_eq!(id, self.id, "somebody else registered a schema meanwhile");
    }

    fn id(&self) -> &str {
        self.headers.text("ce_id").unwrap()
    }
}

fn placed(order: &SourceOrder) -> Value {
    let mut value = order.draft();
    let euros = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let lines = value["lines"].as_array_mut().unwrap().iter_mut();
    for (line, source) in lines.zip(&order.lines) {
        line["amount"] = json!(euros(source.amount_cents()));
    }
    value["total"] = json!(euros(order.total_cents()));
    value["channel"] = json!("WEB");
    value["coupon"] = Value::Null;
    value
}

async fn consumed(ground: &Ground, name: Name) -> u64 {
    let source = format!("source=\"{TOPIC}\"");
    ground
        .metric(name, "herald_consumed_total", &[&source])
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "starts the real servers"]
async fn a_redriven_letter_reaches_one_group_once() {
    let ground = Ground::up().await;
    ground.open().await;
    records(&ground).await;
    commands(&ground).await;
}

async fn records(ground: &Ground) {
    let (registry, kafka) = (ground.registry(), ground.kafka());
    let order = orders(1, ground.world.now()).unwrap().remove(0);
    let late = Late::new(&registry, "shop.ordering.OrderPlaced", placed(&order)).await;
    let record = |topic: &str, headers: &Headers| NewRecord {
        topic: topic.into(),
        partition: None,
        key: Some(order.order_id.to_string().into()),
        headers: headers.clone(),
        payload: Some(late.payload.clone()),
        timestamp: None,
    };
    let sent = kafka.publish(vec![record(TOPIC, &late.headers)]).await;
    assert!(sent[0].is_ok(), "{sent:?}");
    let listed = async || ground.dlq(&["list", late.id()]).await.lines.len();
    ground
        .until("all three groups give it up", async || listed().await == 3)
        .await;
    // Without the schema it comes back, with its id and its first place.
    let first = ground
        .dlq(&["show", late.id(), "--from", DEAD])
        .await
        .lines
        .remove(0);
    let again = ground.dlq(&["redrive", late.id(), "--from", DEAD]).await;
    assert_eq!((again.code, again.lines.len()), (0, 1), "{}", again.remarks);
    ground
        .until("it is given up again", async || listed().await == 3)
        .await;
    let second = ground
        .dlq(&["show", late.id(), "--from", DEAD])
        .await
        .lines
        .remove(0);
    assert_ne!(first["place"], second["place"]);
    for name in ["source", "partition", "offset", "key", "payload_hex"] {
        assert_eq!(first[name], second[name], "{name}");
    }
    late.register(&registry).await;
    let others = [Name::Inventory, Name::Payment];
    let before = [
        consumed(ground, others[0]).await,
        consumed(ground, others[1]).await,
    ];
    let figures = consumed(ground, Name::Analytics).await;
    let dead = ground.dlq(&["show", late.id(), "--from", DEAD]).await;
    assert_eq!(dead.lines[0]["payload"]["late"], "news");
    let done = ground
        .dlq(&["redrive", late.id(), "--from", DEAD, "--rate", "10/s"])
        .await;
    assert_eq!((done.code, done.lines.len()), (0, 1), "{}", done.remarks);
    let handled = async || consumed(ground, Name::Analytics).await == figures + 1;
    ground.until("analytics handles it", handled).await;
    // As if the one who redrove it had died before he noted it.
    let redrive = "ordering.orders.analytics.redrive";
    let copy = record(redrive, &redriven_headers(&late.headers));
    assert!(kafka.publish(vec![copy]).await[0].is_ok());
    let source = format!("source=\"{TOPIC}\"");
    let repeats = async || {
        ground
            .metric(Name::Analytics, "herald_repeats_total", &[&source])
            .await
            >= 1
    };
    ground.until("the repeat is recognised", repeats).await;
    assert_eq!(consumed(ground, Name::Analytics).await, figures + 1);
    let after = [
        consumed(ground, others[0]).await,
        consumed(ground, others[1]).await,
    ];
    assert_eq!(after, before, "other groups saw it");
    assert_eq!(listed().await, 2);
    the_old_are_refused(ground, &late).await;
}

async fn the_old_are_refused(ground: &Ground, late: &Late) {
    let old = ["redrive", late.id(), "--inbox-age", "0s"];
    let refused = ground.dlq(&old).await;
    assert_eq!((refused.code, refused.lines.len()), (1, 0));
    assert!(
        refused.remarks.contains("--accept-duplicate"),
        "{}",
        refused.remarks
    );
    let accepted = [&old[..], &["--accept-duplicate", "--dry-run"]].concat();
    assert_eq!(ground.dlq(&accepted).await.lines.len(), 2);
    let nobody = ground.dlq(&["show", "no-such-id"]).await;
    assert_eq!((nobody.code, nobody.lines.len()), (1, 0));
}

async fn commands(ground: &Ground) {
    let (registry, rabbitmq) = (ground.registry(), ground.rabbitmq().await);
    let value = json!({
        "order_id": Uuid::new_v4().to_string(), "to": ADDRESS,
        "template": "ORDER_RECEIVED", "data": {},
    });
    let late = Late::new(&registry, "shop.notifications.SendEmail", value).await;
    let send = async || {
        let message = QueueMessage {
            headers: late.headers.clone(),
            payload: late.payload.clone(),
            timestamp: None,
        };
        let route = Route::new(topology().exchange, QUEUE);
        let sent = rabbitmq.publish(vec![NewMessage { route, message }]).await;
        assert!(sent[0].is_ok(), "{sent:?}");
    };
    send().await;
    let listed = async || ground.dlq(&["list", late.id()]).await.lines.len();
    ground
        .until("it is given up", async || listed().await == 1)
        .await;
    // Looking takes nothing away.
    assert_eq!(listed().await, 1);
    late.register(&registry).await;
    let shown = ground
        .dlq(&["show", "--type", "SendEmail", "--from", QUEUE])
        .await;
    assert_eq!(shown.lines[0]["payload"]["to"], ADDRESS);
    let done = ground.dlq(&["redrive", late.id()]).await;
    assert_eq!((done.code, done.lines.len()), (0, 1), "{}", done.remarks);
    ground
        .until("its mail comes", async || {
            ground.mails_to(ADDRESS).await.len() == 1
        })
        .await;
    assert_eq!(listed().await, 0);
    send().await;
    let source = format!("source=\"{QUEUE}\"");
    let repeats = async || {
        ground
            .metric(Name::Notification, "herald_repeats_total", &[&source])
            .await
            >= 1
    };
    ground.until("the repeat is recognised", repeats).await;
    assert_eq!(ground.mails_to(ADDRESS).await.len(), 1);
}
