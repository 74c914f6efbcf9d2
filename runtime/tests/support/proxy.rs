//! A wire between a client and a server, to be cut and mended.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, watch};

/// Listens on a port of its own and passes bytes on.
#[derive(Clone)]
pub(crate) struct Proxy {
    address: SocketAddr,
    cut: broadcast::Sender<()>,
    up: watch::Sender<bool>,
    accepted: Arc<AtomicUsize>,
}

impl Proxy {
    /// A wire to that `host:port`.
    pub(crate) async fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self {
            address: listener.local_addr().unwrap(),
            cut: broadcast::Sender::new(16),
            up: watch::Sender::new(true),
            accepted: Arc::default(),
        };
        tokio::spawn(proxy.clone().accept(listener, server.to_owned()));
        proxy
    }

    /// Where to connect to.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were made through it.
    pub(crate) fn connections(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Closes all connections, after passing on what clients had written.
    pub(crate) fn cut(&self) {
        let _ = self.cut.send(());
    }

    /// Closes all connections and closes each new one at once, until mended.
    pub(crate) fn break_off(&self) {
        self.up.send_replace(false);
        self.cut();
    }

    /// Passes bytes again.
    pub(crate) fn mend(&self) {
        self.up.send_replace(true);
    }

    async fn accept(self, listener: TcpListener, server: String) {
        while let Ok((client, _)) = listener.accept().await {
            if !*self.up.borrow() {
                continue;
            }
            self.accepted.fetch_add(1, Ordering::SeqCst);
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(carry(client, server, self.cut.subscribe()));
        }
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, mut cut: broadcast::Receiver<()>) {
    let (mut up, mut down) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            _ = cut.recv() => break,
            read = client.read(&mut up) => match read {
                Ok(count) if count > 0 => server.write_all(&up[..count]).await.unwrap_or(()),
                _ => return,
            },
            read = server.read(&mut down) => match read {
                Ok(count) if count > 0 => client.write_all(&down[..count]).await.unwrap_or(()),
                _ => return,
            },
        }
    }
    while let Ok(count) = client.try_read(&mut up) {
        if count == 0 || server.write_all(&up[..count]).await.is_err() {
            break;
        }
    }
    let _ = server.shutdown().await;
}
