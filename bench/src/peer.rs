//! The order event as a team would write it by hand on serde and apache-avro.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// `shop.ordering.OrderPlaced`, version 2. The key is text: apache-avro's fastest choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OrderPlaced {
    pub(crate) order_id: String,
    pub(crate) customer_id: String,
    pub(crate) customer_email: String,
    pub(crate) country: String,
    pub(crate) placed_at: i64,
    pub(crate) currency: String,
    #[serde(with = "apache_avro::serde::bytes")]
    pub(crate) total: Vec<u8>,
    pub(crate) lines: Vec<OrderLine>,
    pub(crate) attributes: HashMap<String, String>,
    pub(crate) channel: SalesChannel,
    pub(crate) coupon: Option<String>,
}

/// `shop.OrderLine`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OrderLine {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) quantity: i32,
    #[serde(with = "apache_avro::serde::bytes")]
    pub(crate) unit_price: Vec<u8>,
    pub(crate) discount_percent: i32,
    #[serde(with = "apache_avro::serde::bytes")]
    pub(crate) amount: Vec<u8>,
}

/// `shop.SalesChannel`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum SalesChannel {
    Web,
    Phone,
    Partner,
}
