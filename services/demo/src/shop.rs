//! The whole shop: what survives the death of a service, and how each service
//! is put together from it.

use std::sync::Arc;

use analytics::store::FigureTables;
use herald::World;
use herald::host::{Bound, Platform, Tuning};
use herald::registry::{MemoryRegistry, Missing, Registry};
use herald::store::memory::{Documents, Tables};
use herald::topology::Topology;
use herald::transport::embedded::Embedded;
use inventory::Inventory;
use inventory::store::StockTables;
use notification::Notification;
use notification::mailbox::Mailbox;
use notification::store::MailTables;
use order::{Order, OrderDocument};
use payment::Payment;
use payment::rehearsal::Rehearsal;
use payment::store::PaymentTable;

use crate::shaky::Shaky;
use crate::streams::Streams;
use crate::watched::Watched;

/// A service of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// Leads orders to their end.
    Order,
    /// Moves money.
    Payment,
    /// Sets goods aside.
    Inventory,
    /// E-mails customers.
    Notification,
    /// Keeps figures.
    Analytics,
}

impl Name {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Order,
        Self::Payment,
        Self::Inventory,
        Self::Notification,
        Self::Analytics,
    ];

    /// As the catalog writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Payment => "payment",
            Self::Inventory => "inventory",
            Self::Notification => "notification",
            Self::Analytics => "analytics",
        }
    }
}

/// Brokers, stores, the payment provider and the e-mail system. Clones are
/// handles to the same ones.
#[derive(Clone)]
pub struct Shop {
    /// Both brokers.
    pub brokers: Embedded,
    /// The order service's documents.
    pub orders: Documents<OrderDocument>,
    /// The payment service's tables.
    pub payments: Tables<PaymentTable>,
    /// The inventory service's tables.
    pub stock: Tables<StockTables>,
    /// The same, as the inventory service sees them.
    pub watched: Watched<Tables<StockTables>>,
    /// The notification service's tables.
    pub mails: Tables<MailTables>,
    /// The analytics service's tables.
    pub figures: Tables<FigureTables>,
    /// The payment provider.
    pub provider: Arc<Rehearsal>,
    /// The e-mail system.
    pub mailbox: Arc<Mailbox>,
    /// The streams.
    pub streams: Streams,
    world: World,
    registry: Arc<dyn Registry>,
    topology: &'static Topology,
}

impl Shop {
    /// An empty shop.
    pub fn new(world: &World, topology: &'static Topology) -> Self {
        let stock = Tables::<StockTables>::default();
        Self {
            brokers: Embedded::new(world),
            orders: Documents::default(),
            payments: Tables::default(),
            watched: Watched::new(stock.clone()),
            stock,
            mails: Tables::default(),
            figures: Tables::default(),
            provider: Arc::default(),
            mailbox: Arc::default(),
            streams: Streams::default(),
            world: world.clone(),
            registry: Arc::new(MemoryRegistry::new()),
            topology,
        }
    }

    /// The topics, queues and services.
    pub fn topology(&self) -> &'static Topology {
        self.topology
    }

    /// The schema registry.
    pub fn registry(&self) -> Arc<dyn Registry> {
        self.registry.clone()
    }

    /// What a service runs on, in the given world.
    pub fn platform(&self, world: World) -> Platform {
        Platform {
            world,
            log: self.brokers.log(),
            queues: self.brokers.queues(),
            registry: self.registry.clone(),
            missing_schemas: Missing::Register,
            topology: self.topology,
            tuning: Tuning::default(),
        }
    }

    /// A service, ready to be started.
    pub fn service(&self, name: Name) -> Bound {
        match name {
            Name::Order => {
                let orders = self.orders.clone();
                generated::order::bind(Order::new(orders.clone()), orders)
            }
            Name::Payment => {
                let payments = self.payments.clone();
                let provider = Shaky::new(self.provider.clone(), self.world.clone());
                let service = Payment::new(provider, payments.clone());
                generated::payment::bind(service, payments)
            }
            Name::Inventory => {
                let service = Inventory::new(self.watched.clone());
                generated::inventory::bind(service, self.stock.clone())
            }
            Name::Notification => {
                let mails = self.mails.clone();
                let mailer = Shaky::new(self.mailbox.clone(), self.world.clone());
                let service = Notification::new(mailer, mails.clone());
                generated::notification::bind(service, mails)
            }
            Name::Analytics => analytics::wiring::over(
                self.figures.clone(),
                analytics::streams::Streams::default(),
                false,
            ),
        }
    }
}
