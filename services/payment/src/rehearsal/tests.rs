use futures_util::FutureExt;

use super::*;

const LOSSY: Uuid = Uuid::from_u128(20);
const SOUND: Uuid = Uuid::from_u128(21);

fn request(payment_id: Uuid, cents: i128, country: &str) -> Authorisation {
    Authorisation {
        payment_id,
        amount: Decimal::from_unscaled(cents),
        currency: "USD".into(),
        country: country.into(),
    }
}

/// The provider answers at once, so its futures are ready when first polled.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("the provider answers at once")
}

fn holding(provider: &Rehearsal, payment_id: Uuid) -> Option<Holding> {
    let holdings = provider.holdings();
    holdings.get(&payment_id).map(|(_, holding)| *holding)
}

#[test]
fn the_rules_decide() {
    let provider = Rehearsal::default();
    let ask = |key: &str, cents, country: &str| {
        now(provider.authorise(key, &request(SOUND, cents, country))).unwrap()
    };
    assert_eq!(ask("1", 350_000, "France"), Verdict::Authorized);
    assert!(matches!(
        ask("2", 350_001, "France"),
        Verdict::Declined { .. }
    ));
    assert_eq!(ask("3", 100, "Ireland"), Verdict::Pending);
}

#[test]
fn a_lost_answer_is_given_when_the_same_key_asks_again() {
    let provider = Rehearsal::default();
    let ask = || now(provider.authorise("1", &request(LOSSY, 100, "France")));
    assert_eq!(ask(), Err(ProviderError::AnswerLost));
    assert_eq!(holding(&provider, LOSSY), Some(Holding::Held));
    assert_eq!(ask(), Ok(Verdict::Authorized));
}

#[test]
fn a_repeated_key_acts_once() {
    let provider = Rehearsal::default();
    now(provider.authorise("a", &request(SOUND, 100, "France"))).unwrap();
    now(provider.capture("c", SOUND)).unwrap();
    now(provider.capture("c", SOUND)).unwrap();
    let again = now(provider.capture("another", SOUND));
    assert!(matches!(again, Err(ProviderError::Refused { .. })));
    now(provider.refund("r", SOUND)).unwrap();
    now(provider.refund("r", SOUND)).unwrap();
    assert_eq!(holding(&provider, SOUND), Some(Holding::Refunded));
}

#[test]
fn what_was_let_go_cannot_be_captured() {
    let provider = Rehearsal::default();
    now(provider.authorise("a", &request(SOUND, 100, "Poland"))).unwrap();
    now(provider.void("v", SOUND)).unwrap();
    assert!(now(provider.capture("c", SOUND)).is_err());
    assert_eq!(holding(&provider, SOUND), Some(Holding::Voided));
}
