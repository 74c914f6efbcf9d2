//! A whole process that stands still while another takes its place, and goes on.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use demo::client::Client;
use demo::doors::Doors;
use demo::shop::Name;
use generated::events::StockReceived;
use herald::registry::Decoder;
use herald::transport::Record;
use rustix::process::Signal;
use serde_json::json;

use crate::ground::Ground;

const SKUS: [&str; 3] = ["sku-a", "sku-b", "sku-c"];
/// Longer than a relay's lease: another has taken it then.
const STOPPED: Duration = Duration::from_secs(9);
/// Receipts before a process is stopped, and after it goes on.
const AROUND: u32 = 40;

/// Books receipts one after the other, each with a number of its own, until it is told to stop.
struct Clerk {
    doors: Doors,
    booked: Arc<AtomicU32>,
    going: Arc<AtomicBool>,
    work: Option<herald::Task>,
}

impl Clerk {
    fn begin(ground: &Ground) -> Self {
        let (doors, world) = (ground.doors.clone(), ground.world.clone());
        let (booked, going) = (Arc::<AtomicU32>::default(), Arc::new(AtomicBool::new(true)));
        let (count, go) = (booked.clone(), going.clone());
        let mut client = Client::new(world.clone(), doors.clone());
        let work = world.spawn("clerk", async move {
            while go.load(Ordering::SeqCst) {
                let number = count.load(Ordering::SeqCst) + 1;
                let sku = SKUS[number as usize % SKUS.len()];
                let path = format!("/stock/{sku}/receipts");
                let body = json!({ "quantity": number });
                let key = format!("receipt-{number}");
                client
                    .post(Name::Inventory, &path, &body, &key)
                    .await
                    .unwrap();
                count.store(number, Ordering::SeqCst);
            }
        });
        Self {
            doors,
            booked,
            going,
            work: Some(work),
        }
    }

    async fn books(&self, ground: &Ground, more: u32) {
        let wanted = self.booked.load(Ordering::SeqCst) + more;
        let enough = async || self.booked.load(Ordering::SeqCst) >= wanted;
        ground.until("receipts are booked", enough).await;
    }

    async fn end(mut self) -> u32 {
        self.going.store(false, Ordering::SeqCst);
        if let Some(work) = self.work.take() {
            work.join().await;
        }
        self.booked.load(Ordering::SeqCst)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "starts the real servers"]
async fn a_process_that_stood_still_reorders_nothing() {
    let ground = Ground::up().await;
    let instances = ["inventory", "inventory-2"];
    let addresses = instances.map(|instance| {
        let address = ground.launch(Name::Inventory, instance);
        ground.doors.open_socket(Name::Inventory, address);
        address
    });
    for address in addresses {
        ground.doors.open_socket(Name::Inventory, address);
        ground.ready(Name::Inventory).await;
    }
    let clerk = Clerk::begin(&ground);
    let mut takeovers = 0;
    for round in 0..4 {
        let (stopped, other) = (instances[round % 2], addresses[(round + 1) % 2]);
        clerk.doors.open_socket(Name::Inventory, other);
        clerk.books(&ground, AROUND).await;
        let produced = async || {
            ground
                .metric(Name::Inventory, "herald_produced_total", &["StockReceived"])
                .await
        };
        let before = produced().await;
        ground.signal(stopped, Signal::STOP);
        // Not to wait for something: the lease runs out while the process stands still.
        ground.world.sleep(STOPPED).await;
        takeovers += u32::from(produced().await > before);
        ground.signal(stopped, Signal::CONT);
        clerk.books(&ground, AROUND).await;
    }
    let booked = clerk.end().await;
    assert!(takeovers >= 2, "the lease changed hands {takeovers} times");
    let (numbers, repeats) = relayed(&ground, booked).await;
    println!("{booked} receipts, {takeovers} leases taken over, {repeats} repeats");
    for (sku, numbers) in numbers {
        assert!(numbers.is_sorted(), "{sku}: {numbers:?}");
    }
}

/// The numbers of each article's receipts in the order in which they first appear, once all are
/// there; and how many appear again.
async fn relayed(ground: &Ground, booked: u32) -> (BTreeMap<String, Vec<i32>>, usize) {
    let firsts = async || {
        let records = Arc::<Mutex<Vec<Record>>>::default();
        let into = records.clone();
        let each = move |record| {
            into.lock().unwrap().push(record);
            true
        };
        ground.kafka().read("inventory.stock", each).await.unwrap();
        let records = std::mem::take(&mut *records.lock().unwrap());
        let all = records.len();
        let mut seen = HashSet::new();
        let mut firsts = records;
        firsts.retain(|record| seen.insert(record.headers.text("ce_id").unwrap().to_owned()));
        let repeats = all - firsts.len();
        (firsts, repeats)
    };
    let all = async || firsts().await.0.len() >= booked as usize;
    ground.until("every receipt is relayed", all).await;
    let (records, repeats) = firsts().await;
    assert_eq!(records.len(), booked as usize);
    let decoder = Decoder::new(Arc::new(ground.registry()));
    let mut numbers = BTreeMap::<String, Vec<i32>>::new();
    for record in records {
        let payload = record.payload.unwrap();
        let event: StockReceived = decoder.decode(&payload).await.unwrap();
        numbers.entry(event.sku).or_default().push(event.quantity);
    }
    (numbers, repeats)
}
