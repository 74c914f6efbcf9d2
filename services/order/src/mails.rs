//! The e-mails that the order service asks for.

use generated::commands::SendEmail;
use generated::events::OrderPlaced;
use generated::types::MailTemplate;

/// Your order arrived here.
pub(crate) fn received(order: &OrderPlaced) -> SendEmail {
    mail(order, MailTemplate::OrderReceived, [])
}

/// Your order is on its way.
pub(crate) fn confirmed(order: &OrderPlaced) -> SendEmail {
    mail(order, MailTemplate::OrderConfirmed, [])
}

/// Your order ended without a sale.
pub(crate) fn cancelled(order: &OrderPlaced, reason: &str) -> SendEmail {
    mail(order, MailTemplate::OrderCancelled, [("reason", reason)])
}

fn mail<const N: usize>(
    order: &OrderPlaced,
    template: MailTemplate,
    more: [(&str, &str); N],
) -> SendEmail {
    let amounts = [
        ("total".to_owned(), order.total.to_string()),
        ("currency".to_owned(), order.currency.clone()),
    ];
    let more = more.map(|(name, value)| (name.to_owned(), value.to_owned()));
    SendEmail {
        order_id: order.order_id,
        to: order.customer_email.clone(),
        template,
        data: amounts.into_iter().chain(more).collect(),
    }
}
