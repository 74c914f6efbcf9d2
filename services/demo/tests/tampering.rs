//! The checks find what somebody changed behind the services' backs.

#![allow(clippy::unwrap_used, clippy::panic)]

use analytics::sales::Dimension;
use analytics::store::Closed;
use demo::chaos::Stage;
use demo::checks::check;
use demo::shop::Shop;
use generated::types::OrderState;
use herald::BoxFuture;
use herald::store::memory::{Documents, Tables};
use herald::store::{Begun, Document, Effects, Store, Unit};
use herald::world::FaultPlan;
use jiff::Timestamp;
use notification::mailer::{Mail, Mailer};

const STATES: &str = "every order ends in exactly one final state";
const NEGATIVE: &str = "stock is never negative";
const STOCK: &str = "stock = initial − confirmed";
const MONEY: &str = "captured − refunded = confirmed − refunded";
const MAILS: &str = "each customer e-mail exactly once by Message-ID";
const ANALYTICS: &str = "analytics = the order file and the final states";
const PAGE: &str = "the page = the order file, the final states and the event store";
const STREAMS: &str = "streams = the order file and the final states";

/// Runs a few orders, meddles, and says which checks fail.
fn failing(
    meddle: impl FnOnce(Shop) -> BoxFuture<'static, ()> + Send + 'static,
) -> Vec<&'static str> {
    let topology = generated::topology::topology("chaos").unwrap();
    let stage = Stage::open_with(3, FaultPlan::none(), topology).unwrap();
    let played = stage.play(40).unwrap();
    stage.act(|_, _, shop| meddle(shop)).unwrap();
    let outcome = stage.look(played).unwrap();
    let checks = check(&outcome.facts).into_iter();
    let failed = checks.filter(|check| !check.holds());
    failed.map(|check| check.name).collect()
}

fn unit(key: Option<String>) -> Unit {
    Unit {
        inbox: None,
        key,
        park: None,
        now: Timestamp::UNIX_EPOCH,
    }
}

async fn begin<S: Store>(store: &S, unit: &Unit) -> S::Tx {
    match store.begin(unit).await.unwrap() {
        Begun::Fresh(tx) => tx,
        Begun::Seen(_) | Begun::Parked => panic!("a unit without inbox key is always new"),
    }
}

/// Changes tables in a transaction that no message asked for.
async fn change<T>(store: &Tables<T>, change: impl FnOnce(&mut T))
where
    T: Clone + Send + Sync + 'static,
{
    let unit = unit(None);
    let mut tx = begin(store, &unit).await;
    change(tx.state().await);
    store.commit(&unit, tx, Effects::default()).await.unwrap();
}

/// Changes the first document that satisfies a condition.
async fn change_first<D: Document>(
    store: &Documents<D>,
    is_meant: impl Fn(&D) -> bool,
    change: impl FnOnce(&mut D),
) {
    let documents = store.snapshot();
    let (id, _) = documents
        .iter()
        .find(|(_, document)| is_meant(document))
        .unwrap();
    let unit = unit(Some(id.to_string()));
    let mut tx = begin(store, &unit).await;
    change(&mut tx);
    store.commit(&unit, tx, Effects::default()).await.unwrap();
}

fn state(document: &order::OrderDocument) -> Option<OrderState> {
    document.placed.as_ref().map(|placed| placed.state)
}

async fn set_state(shop: Shop, from: OrderState, to: OrderState) {
    let is_meant = move |document: &_| state(document) == Some(from);
    change_first(&shop.orders, is_meant, |document| {
        document.placed.as_mut().unwrap().state = to;
    })
    .await;
}

#[test]
fn an_honest_shop_passes() {
    assert_eq!(failing(|_| Box::pin(async {})), [""; 0]);
}

#[test]
fn a_piece_that_vanished() {
    let failed = failing(|shop| {
        Box::pin(async move {
            change(&shop.stock, |tables| {
                let sku = "NW-0011".to_owned();
                tables.levels.get_mut(&sku).unwrap().on_hand -= 1;
            })
            .await;
        })
    });
    assert_eq!(failed, [STOCK]);
}

#[test]
fn pieces_that_were_promised_twice() {
    let failed = failing(|shop| {
        Box::pin(async move {
            change(&shop.stock, |tables| {
                let sku = "NW-0011".to_owned();
                let level = tables.levels.get_mut(&sku).unwrap();
                level.reserved = level.on_hand + 1;
            })
            .await;
        })
    });
    assert_eq!(failed, [NEGATIVE, STOCK]);
}

#[test]
fn an_order_that_never_ended() {
    let failed =
        failing(|shop| Box::pin(set_state(shop, OrderState::Confirmed, OrderState::Placed)));
    assert_eq!(
        failed,
        [STATES, STOCK, MONEY, MAILS, ANALYTICS, PAGE, STREAMS]
    );
}

#[test]
fn a_cancelled_order_that_claims_to_be_confirmed() {
    let failed = failing(|shop| {
        Box::pin(set_state(
            shop,
            OrderState::Cancelled,
            OrderState::Confirmed,
        ))
    });
    assert_eq!(
        failed,
        [STATES, STOCK, MONEY, MAILS, ANALYTICS, PAGE, STREAMS]
    );
}

#[test]
fn an_e_mail_that_nobody_ordered() {
    let failed = failing(|shop| {
        Box::pin(async move {
            let mail = Mail {
                message_id: "<1@elsewhere.example>".into(),
                to: "vinet@example.com".into(),
                subject: "Your order".into(),
                body: String::new(),
            };
            shop.mailbox.send(mail).await.unwrap();
        })
    });
    assert_eq!(failed, [MAILS]);
}

#[test]
fn an_e_mail_that_was_forgotten() {
    let failed = failing(|shop| {
        Box::pin(async move {
            change(&shop.mails, |tables| {
                let order_id = *tables.about.iter().next().unwrap().0;
                tables.about.get_mut(&order_id).unwrap().pop();
            })
            .await;
        })
    });
    assert_eq!(failed, [MAILS]);
}

#[test]
fn an_event_that_analytics_counted_twice() {
    let failed = failing(|shop| {
        Box::pin(async move {
            change(&shop.figures, |tables| {
                let is_country = |place: &&(Dimension, String)| place.0 == Dimension::Country;
                let country = tables
                    .revenue
                    .iter()
                    .map(|(place, _)| place)
                    .find(is_country);
                let place = country.unwrap().clone();
                let figure = tables.revenue.get_mut(&place).unwrap();
                *figure = figure.plus(*figure);
            })
            .await;
        })
    });
    assert_eq!(failed, [ANALYTICS]);
}

#[test]
fn a_minute_that_the_page_shows_too_fast() {
    let failed = failing(|shop| {
        Box::pin(async move {
            change(&shop.figures, |tables| {
                let order_id = *tables.sales.iter().next().unwrap().0;
                tables.sales.get_mut(&order_id).unwrap().took_ms = Some(0);
            })
            .await;
        })
    });
    assert_eq!(failed, [PAGE]);
}

#[test]
fn a_closed_minute_that_no_stream_emitted() {
    let failed = failing(|shop| {
        Box::pin(async move {
            change(&shop.figures, |tables| {
                let minute = tables.sales.iter().next().unwrap().1.minute.clone();
                let closed = Closed {
                    country: "Atlantis".into(),
                    minute: minute.clone(),
                    lines: 1,
                    pieces: 1,
                    revenue: "0.01".parse().unwrap(),
                };
                tables.closed.insert((minute, "Atlantis".into()), closed);
            })
            .await;
        })
    });
    assert_eq!(failed, [PAGE]);
}
