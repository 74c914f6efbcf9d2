use super::*;
use proptest::prelude::*;

fn sample() -> Envelope {
    Envelope {
        id: "0190".into(),
        source: "/shop/order".into(),
        message_type: "shop.ordering.OrderPlaced".into(),
        time: Some("2026-11-24T12:00:00.25Z".parse().unwrap()),
        subject: Some("order-1".into()),
        data_schema: None,
        correlation: Some("request-1".into()),
        causation: None,
        trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            .parse()
            .ok(),
        trace_state: Some("vendor=1".into()),
    }
}

#[test]
fn what_is_written_is_read() {
    assert_eq!(Envelope::from_headers(&sample().to_headers()), Ok(sample()));
}

#[test]
fn what_must_be_there_is_asked_for() {
    for name in [names::ID, names::TYPE, names::SOURCE] {
        let mut headers = sample().to_headers();
        headers.remove(name);
        let missing = Envelope::from_headers(&headers);
        assert_eq!(missing, Err(EnvelopeError::Missing(name)));
        headers.set(name, "");
        let empty = Envelope::from_headers(&headers);
        assert_eq!(empty, Err(EnvelopeError::Empty(name)));
        headers.set(name, vec![0xff, 0xfe]);
        let garbage = Envelope::from_headers(&headers);
        assert_eq!(garbage, Err(EnvelopeError::NotText(name)));
    }
}

#[test]
fn versions_and_times_are_judged() {
    let mut headers = sample().to_headers();
    headers.set(names::TIME, "yesterday");
    let time = Envelope::from_headers(&headers);
    assert_eq!(time, Err(EnvelopeError::Time("yesterday".into())));
    headers.set(names::SPEC_VERSION, "0.3");
    let version = Envelope::from_headers(&headers);
    assert_eq!(version, Err(EnvelopeError::SpecVersion("0.3".into())));
}

#[test]
fn a_broken_trace_is_dropped_with_its_state() {
    let mut headers = sample().to_headers();
    headers.set(names::TRACE_PARENT, "00-zz");
    let envelope = Envelope::from_headers(&headers).unwrap();
    assert_eq!((envelope.trace, envelope.trace_state), (None, None));
}

#[test]
fn a_foreign_record_is_named_by_its_place() {
    let mut headers = Headers::new();
    headers.push(names::TYPE, "shop.ordering.OrderPlaced");
    let record = Record {
        topic: "ordering.orders".into(),
        partition: 3,
        offset: 17,
        key: None,
        headers,
        payload: None,
        timestamp: Timestamp::UNIX_EPOCH,
    };
    let envelope = Envelope::of_record(&record).unwrap();
    assert_eq!(envelope.id, "ordering.orders/3/17");
    assert_eq!(envelope.source, "/foreign/ordering.orders");
}

#[test]
fn traceparents_of_the_specification() {
    let parse = |text: &str| text.parse::<TraceParent>();
    let known = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assert_eq!(
        parse(known).map(|trace| trace.to_string()),
        Ok(known.into())
    );
    assert!(!parse(&known.replace("-01", "-00")).unwrap().is_sampled());
    assert!(parse(&known.replace("00-0", "cc-0").replace("-01", "-01-what")).is_ok());
    assert_eq!(
        parse(&known.replace("-01", "-01-what")),
        Err(TraceError::Shape)
    );
    assert_eq!(parse(&known.to_uppercase()), Err(TraceError::Digits));
    assert_eq!(
        parse(&known.replace("00-0", "ff-0")),
        Err(TraceError::Version)
    );
    let zeros = "00-00000000000000000000000000000000-b7ad6b7169203331-01";
    assert_eq!(parse(zeros), Err(TraceError::Zero));
    assert_eq!(parse(""), Err(TraceError::Shape));
}

#[test]
fn frames() {
    let mut out = Vec::new();
    frame(crate::registry::SchemaId(258), &mut out);
    out.push(7);
    assert_eq!(out, [0, 0, 0, 1, 2, 7]);
    assert_eq!(
        unframe(&out),
        Ok((crate::registry::SchemaId(258), &[7][..]))
    );
    assert_eq!(unframe(&[0, 0, 0, 1]), Err(FrameError::Short(4)));
    assert_eq!(unframe(&[]), Err(FrameError::Short(0)));
    assert_eq!(unframe(b"{}"), Err(FrameError::Magic(b'{')));
}

proptest! {
    #[test]
    fn any_headers_give_an_envelope_or_an_error(
        values in proptest::collection::vec(
            (
                proptest::sample::select(vec![
                    names::ID, names::TYPE, names::SOURCE, names::TIME, names::SPEC_VERSION,
                    names::TRACE_PARENT, names::TRACE_STATE, names::SUBJECT,
                ]),
                proptest::collection::vec(any::<u8>(), 0..60),
            ),
            0..12,
        )
    ) {
        let headers: Headers = values.into_iter().collect();
        if let Ok(envelope) = Envelope::from_headers(&headers) {
            prop_assert_eq!(Envelope::from_headers(&envelope.to_headers()), Ok(envelope));
        }
    }

    #[test]
    fn any_text_is_a_trace_or_an_error(text in "[0-9a-f-]{0,60}") {
        if let Ok(trace) = text.parse::<TraceParent>() {
            prop_assert_eq!(trace.to_string().parse::<TraceParent>(), Ok(trace));
        }
    }
}
