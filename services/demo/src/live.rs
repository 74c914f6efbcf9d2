//! The plain run: sockets on 127.0.0.1, the machine's clock, several threads.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use herald::World;
use herald::host::{Running, StartError};
use herald::topology::Topology;
use tokio::net::TcpListener;

use crate::crew::Crew;
use crate::doors::Doors;
use crate::shop::{Name, Shop};

/// How long services may take to drain.
const DEADLINE: Duration = Duration::from_secs(5);

/// A shop whose services run and listen.
pub struct Live {
    /// The shop.
    pub shop: Shop,
    /// Where its services listen.
    pub doors: Doors,
    /// Its running services.
    pub crew: Crew,
}

/// Why the shop did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A service did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The streams did not start.
    #[error(transparent)]
    Streams(#[from] herald::streams::EngineError),
    /// A broker could not be set up.
    #[error(transparent)]
    Transport(#[from] herald::transport::TransportError),
    /// A socket could not be opened.
    #[error("no socket on 127.0.0.1: {0}")]
    Socket(#[from] std::io::Error),
}

impl Live {
    /// Opens the shop.
    ///
    /// # Errors
    /// If a service does not start, or no socket can be had.
    pub async fn open(world: &World, topology: &'static Topology) -> Result<Self, OpenError> {
        let shop = Shop::new(world, topology);
        shop.brokers.declare(topology).await?;
        let doors = Doors::default();
        let crew = Crew::default();
        for name in Name::ALL {
            let platform = shop.platform(world.instance(name.as_str()));
            let service = shop.service(name).start(platform).await?;
            doors.open_socket(name, listen(world, name, &service).await?);
            crew.join(name, service);
        }
        let platform = shop.platform(world.instance("streams"));
        shop.streams.start(&platform).await?;
        Ok(Self { shop, doors, crew })
    }

    /// Closes the shop: every service drains what it has in hand.
    pub async fn close(self) {
        self.crew.leave(DEADLINE).await;
    }
}

async fn listen(world: &World, name: Name, service: &Running) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let router = service.router();
    world.spawn(&format!("listener of {}", name.as_str()), async move {
        // It ends with the process; an error of one connection stays there.
        let _ = axum::serve(listener, router).await;
    });
    Ok(address)
}
