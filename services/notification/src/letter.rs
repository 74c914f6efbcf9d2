//! From a command to the e-mail it asks for.

use std::collections::BTreeMap;

use generated::commands::SendEmail;
use generated::types::MailTemplate;

use crate::mailer::Mail;

/// The Message-ID of the e-mail that a command asks for. The same command,
/// delivered twice, gives the same one.
pub fn message_id(command_id: &str) -> String {
    format!("<{command_id}@notification.shop.example>")
}

/// Writes the e-mail.
pub fn write(command_id: &str, command: &SendEmail) -> Mail {
    let (subject, text) = texts(command.template);
    Mail {
        message_id: message_id(command_id),
        to: command.to.clone(),
        subject: subject.to_owned(),
        body: format!(
            "{}\n\nYour order: {}\n",
            fill(text, &command.data),
            command.order_id
        ),
    }
}

fn texts(template: MailTemplate) -> (&'static str, &'static str) {
    match template {
        MailTemplate::OrderReceived => (
            "We received your order",
            "Thank you. Your order over {currency} {total} has arrived here.",
        ),
        MailTemplate::OrderConfirmed => (
            "Your order is confirmed",
            "Your order over {currency} {total} is confirmed and leaves our warehouse.",
        ),
        MailTemplate::OrderCancelled => (
            "Your order was cancelled",
            "We had to cancel your order over {currency} {total}. {reason}",
        ),
        MailTemplate::PaymentReceipt => (
            "Your receipt",
            "We received your payment of {currency} {total}.",
        ),
        MailTemplate::RefundIssued => (
            "Your refund",
            "We gave {currency} {total} back to you. Please return the goods.",
        ),
    }
}

/// Puts values in the places of `{names}`; a name without a value stays.
fn fill(text: &str, data: &BTreeMap<String, String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) if data.contains_key(name) => {
                filled.push_str(&data[name]);
                rest = tail;
            }
            _ => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use herald::avro::codec::Uuid;

    use super::*;

    fn command(template: MailTemplate) -> SendEmail {
        SendEmail {
            order_id: Uuid::nil(),
            to: "vinet@example.com".into(),
            template,
            data: BTreeMap::from([
                ("total".to_owned(), "428.30".to_owned()),
                ("currency".to_owned(), "USD".to_owned()),
            ]),
        }
    }

    #[test]
    fn the_same_command_gives_the_same_message_id() {
        let mail = |id| write(id, &command(MailTemplate::OrderConfirmed));
        assert_eq!(mail("c1").message_id, mail("c1").message_id);
        assert_ne!(mail("c1").message_id, mail("c2").message_id);
    }

    #[test]
    fn placeholders_are_filled_and_unknown_ones_stay() {
        let mail = write("c1", &command(MailTemplate::OrderCancelled));
        assert!(
            mail.body
                .starts_with("We had to cancel your order over USD 428.30. {reason}")
        );
        let data = BTreeMap::from([("a".to_owned(), "{a}".to_owned())]);
        assert_eq!(fill("{a}{b} {", &data), "{a}{b} {");
    }
}
