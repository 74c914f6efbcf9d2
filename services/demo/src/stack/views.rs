//! What the services answer about single orders and articles, as the types of the catalog.

use std::collections::BTreeMap;
use std::time::Duration;

use generated::types::{MailView, OrderState, OrderView, PaymentState, PaymentView, StockLevel};
use herald::avro::codec::Described;
use herald::avro::{json, schema};
use inventory::shelf::{Level, Levels};
use uuid::Uuid;

use super::server;
use crate::client::Client;
use crate::scenario::PlayError;
use crate::shop::Name;

/// What was asked about orders.
#[derive(Default)]
pub(super) struct Found {
    pub(super) states: BTreeMap<Uuid, OrderState>,
    /// From accepted to decided.
    pub(super) latencies: Vec<Duration>,
    /// The order of each payment.
    pub(super) payments: BTreeMap<Uuid, Uuid>,
    /// Payments that were declined.
    pub(super) declined: usize,
    /// Message-ID, order and template of each e-mail recorded as sent.
    pub(super) recorded: Vec<(String, Uuid, &'static str)>,
}

impl Found {
    /// Asks about one order.
    pub(super) async fn ask(
        &mut self,
        client: &mut Client,
        order_id: Uuid,
    ) -> Result<(), PlayError> {
        let path = format!("/orders/{order_id}");
        let order: OrderView = view(client, Name::Order, &path).await?;
        self.states.insert(order_id, order.state);
        if let Some(decided) = order.decided_at {
            let millis = u64::try_from(decided.0 - order.accepted_at.0);
            self.latencies
                .extend(millis.ok().map(Duration::from_millis));
        }
        let path = format!("/payments/{order_id}");
        let payment: PaymentView = view(client, Name::Payment, &path).await?;
        self.payments.insert(payment.payment_id, order_id);
        if payment.state == PaymentState::Declined {
            self.declined += 1;
        }
        let path = format!("/mails/{order_id}");
        let mails: Vec<MailView> = view(client, Name::Notification, &path).await?;
        let mails = mails.into_iter();
        self.recorded
            .extend(mails.map(|mail| (mail.message_id, order_id, mail.template.as_str())));
        Ok(())
    }
}

/// All stock levels.
pub(super) async fn levels(client: &mut Client) -> Result<Levels, PlayError> {
    let levels: Vec<StockLevel> = view(client, Name::Inventory, "/stock").await?;
    let level = |level: StockLevel| {
        let StockLevel {
            sku,
            on_hand,
            reserved,
        } = level;
        (sku, Level { on_hand, reserved })
    };
    Ok(levels.into_iter().map(level).collect())
}

/// What a service answers, read by the schema of the type.
async fn view<T: Described>(client: &mut Client, name: Name, path: &str) -> Result<T, PlayError> {
    let answer = client.get(name, path).await?;
    let odd = |why: &dyn std::fmt::Debug| server(name.as_str())(&format!("{path}: {why:?}"));
    let schema = schema::parse(&T::schema_json()).map_err(|errors| odd(&errors))?;
    let datum = json::from_plain(&schema, &answer).map_err(|errors| odd(&errors))?;
    T::from_bytes(&datum).map_err(|error| odd(&error))
}
