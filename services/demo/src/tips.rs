//! What to try while the shop stays open.

use std::fmt::Write as _;

use crate::doors::Doors;
use crate::facts::Facts;
use crate::shop::Name;

/// Commands to paste, each with what it shows.
pub fn tips(doors: &Doors, facts: &Facts) -> String {
    let mut out = String::from("The shop stays open until Ctrl-C. Try:\n");
    let base = |name| {
        let address = doors.address(name);
        address.map_or_else(String::new, |address| format!("http://{address}"))
    };
    let (order, payment) = (base(Name::Order), base(Name::Payment));
    let draft = concat!(
        r#"{"order_id":"7b0c8a52-6c0e-4d5f-9a44-2f3c8a4f7d10","customer_id":"YOU","#,
        r#""customer_email":"you@example.com","country":"France","currency":"USD","#,
        r#""lines":[{"sku":"NW-0011","name":"Queso Cabrales","quantity":1,"unit_price":"14.00"}]}"#
    );
    let mine = "7b0c8a52-6c0e-4d5f-9a44-2f3c8a4f7d10";
    let mut tip = |what: &str, command: String| {
        let _ = writeln!(out, "\n# {what}\n{command}");
    };
    tip(
        "Sales, refused payments, stock-outs and latencies as they happen: open in a browser",
        format!("{}{}", base(Name::Analytics), analytics::page::PATH),
    );
    tip(
        "Place an order, and see how it ended",
        format!(
            "curl -sw '\\n' {order}/orders -H 'Content-Type: application/json' \\\n  -d '{draft}'\n\
             curl -sw '\\n' {order}/orders/{mine}"
        ),
    );
    tip(
        "Its payment, and the e-mails about it",
        format!(
            "curl -sw '\\n' {payment}/payments/{mine}\ncurl -sw '\\n' {}/mails/{mine}",
            base(Name::Notification)
        ),
    );
    tip(
        "Give the money back",
        format!(
            "curl -sw '\\n' {order}/orders/{mine}/refund -H 'Content-Type: application/json' \\\n  \
             -d '{{\"reason\":\"changed my mind\"}}'"
        ),
    );
    if let Some(first) = facts.orders.first() {
        let command = format!("curl -sw '\\n' {order}/orders/{}", first.order_id);
        tip("The first order of the file", command);
    }
    tip(
        "What lies on the shelf, and what was sold where",
        format!(
            "curl -sw '\\n' {}/stock/NW-0011\ncurl -sw '\\n' {}/analytics/revenue/country",
            base(Name::Inventory),
            base(Name::Analytics)
        ),
    );
    tip(
        "Health and metrics of a service",
        format!("curl -sw '\\n' {order}/health/ready\ncurl -sw '\\n' {order}/metrics"),
    );
    out
}
