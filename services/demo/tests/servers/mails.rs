//! What the e-mail server got.

use demo::doors::{self, Doors};
use demo::shop::Name;
use demo::socket::Connections;
use serde_json::Value;

use crate::ground::Ground;

pub(crate) struct Mail {
    pub(crate) message_id: String,
    to: String,
}

impl Ground {
    /// All of them.
    pub(crate) async fn mails(&self) -> Vec<Mail> {
        let api = self.endpoints.mail_api.as_deref().unwrap();
        let address = api.trim_start_matches("http://").trim_end_matches('/');
        // A way to any address: whose name it bears does not matter.
        let doors = Doors::default();
        doors.open_socket(Name::Notification, address.parse().unwrap());
        let request = doors::get("/api/v1/messages?limit=100000");
        let mut connections = Connections::default();
        let answer = doors.ask(&mut connections, Name::Notification, request);
        let answer: Value = serde_json::from_slice(&answer.await.unwrap().body).unwrap();
        let rows = answer["messages"].as_array().unwrap().iter();
        let text = |row: &Value, at: &str| row.pointer(at).unwrap().as_str().unwrap().to_owned();
        rows.map(|row| Mail {
            message_id: text(row, "/MessageID"),
            to: text(row, "/To/0/Address"),
        })
        .collect()
    }

    /// Those to one address.
    pub(crate) async fn mails_to(&self, address: &str) -> Vec<Mail> {
        let mut mails = self.mails().await;
        mails.retain(|mail| mail.to == address);
        mails
    }
}
