use super::*;

fn queue(ttl: u64) -> Value {
    json!({
        "name": "pay.refund", "vhost": "shop", "durable": true, "auto_delete": false,
        "arguments": { "x-queue-type": "quorum", "x-message-ttl": ttl },
    })
}

fn binding() -> Value {
    json!({
        "source": "shop.commands", "vhost": "shop", "destination": "pay.refund",
        "destination_type": "queue", "routing_key": "pay.refund", "arguments": {},
    })
}

fn policy(bytes: u64) -> Value {
    json!({
        "name": "shop.queues", "pattern": ".*", "apply-to": "queues", "priority": 0,
        "definition": { "max-length-bytes": bytes },
    })
}

fn desired() -> Desired {
    Desired {
        queues: json!({
            "exchanges": [{ "name": "shop.commands", "type": "direct", "durable": true }],
            "queues": [queue(1000)],
            "bindings": [binding()],
            "policies": [policy(100)],
        }),
        ..crate::desired::tests::nothing("shop")
    }
}

/// Everything as declared.
fn live() -> Live {
    let declared = desired().queues;
    let all = |what: &str| super::super::by("name", items(&declared, what).to_vec());
    Live {
        vhost: true,
        marked: true,
        exchanges: all("exchanges"),
        queues: all("queues"),
        policies: all("policies"),
        bindings: vec![binding()],
        ..Live::default()
    }
}

/// The only difference.
fn only(live: &Live) -> Change<Step> {
    let mut changes = compare(&desired(), "shop", live);
    assert_eq!(changes.len(), 1, "{changes:?}");
    changes.remove(0)
}

#[test]
fn what_is_as_declared_needs_nothing() {
    assert_eq!(compare(&desired(), "shop", &live()), []);
}

#[test]
fn an_empty_broker_gets_everything_in_order() {
    let changes = compare(&desired(), "shop", &Live::default());
    let kinds: Vec<&str> = changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, ["vhost", "exchange", "policy", "queue", "binding"]);
    assert!(
        changes
            .iter()
            .all(|change| !change.destructive && change.step.is_some())
    );
}

#[test]
fn other_arguments_are_a_migration_unless_the_queue_is_empty() {
    let mut live = live();
    let mut there = queue(5);
    there["messages"] = json!(3);
    live.queues.insert("pay.refund".to_owned(), there.clone());
    let change = only(&live);
    assert_eq!(change.step, None);
    assert!(change.to_string().contains("drain pay.refund"));
    assert_eq!(change.details, ["x-message-ttl 5 → 1000"]);
    there["messages"] = json!(0);
    live.queues.insert("pay.refund".to_owned(), there);
    let change = only(&live);
    assert!(change.destructive && matches!(change.step, Some(Step::Recreate(..))));
}

#[test]
fn a_smaller_queue_is_asked_for_by_name() {
    let mut live = live();
    live.policies.insert("shop.queues".to_owned(), policy(200));
    assert!(only(&live).destructive);
    live.policies.insert("shop.queues".to_owned(), policy(50));
    assert!(!only(&live).destructive);
}

#[test]
fn a_foreign_policy_on_our_queue_is_named() {
    let mut live = live();
    live.marked = false;
    live.policies
        .insert("mine".to_owned(), json!({ "name": "mine" }));
    let mut there = queue(1000);
    there["policy"] = json!("mine");
    live.queues.insert("pay.refund".to_owned(), there);
    assert!(only(&live).to_string().contains("policy mine"));
}

#[test]
fn a_binding_of_our_exchange_is_ours_wherever_it_leads() {
    let mut live = live();
    live.marked = false;
    let mut stray = binding();
    stray["destination"] = json!("theirs");
    stray["properties_key"] = json!("pay.refund");
    live.bindings.push(stray);
    let change = only(&live);
    let path = "/api/bindings/shop/e/shop.commands/q/theirs/pay.refund";
    assert_eq!(change.step, Some(Step::Delete(path.to_owned())));
    assert!(change.destructive);
}

#[test]
fn undeclared_queues_are_ours_only_in_a_vhost_of_ours() {
    let mut live = live();
    live.queues
        .insert("old".to_owned(), json!({ "name": "old", "messages": 2 }));
    let change = only(&live);
    assert!(change.destructive && change.to_string().contains("2 messages would be lost"));
    live.marked = false;
    assert_eq!(compare(&desired(), "shop", &live), []);
}
