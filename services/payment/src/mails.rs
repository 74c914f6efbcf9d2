//! The e-mails that the payment service asks for.

use std::collections::BTreeMap;

use generated::commands::SendEmail;
use generated::types::MailTemplate;

use crate::book::Payment;

/// We took your money.
pub(crate) fn receipt(payment: &Payment) -> SendEmail {
    mail(payment, MailTemplate::PaymentReceipt)
}

/// We gave your money back.
pub(crate) fn refund(payment: &Payment) -> SendEmail {
    mail(payment, MailTemplate::RefundIssued)
}

fn mail(payment: &Payment, template: MailTemplate) -> SendEmail {
    SendEmail {
        order_id: payment.order_id,
        to: payment.customer_email.clone(),
        template,
        data: BTreeMap::from([
            ("total".to_owned(), payment.amount.to_string()),
            ("currency".to_owned(), payment.currency.clone()),
        ]),
    }
}
