//! The way of a message, as a drawing.

use crate::{
    model::{Service, Stream},
    site::{links::Kind, render::At, svg::route},
};

/// From those who send it through what carries it to those who read it; streams are looked up.
pub(super) fn draw(
    at: &At<'_, '_>,
    from: &[&Service],
    carrier: route::Stop,
    to: &[&Service],
    name: &str,
) -> String {
    let stops = |services: &[&Service]| -> Vec<route::Stop> {
        let stop = |service: &&Service| route::Stop {
            class: Kind::Service.word(),
            name: service.name.clone(),
            below: service.owner.clone(),
            href: at.href(Kind::Service, &service.name),
        };
        services.iter().map(stop).collect()
    };
    let streams = |streams: &[&Stream]| -> Vec<route::Stop> {
        let stop = |stream: &&Stream| route::Stop {
            class: Kind::Stream.word(),
            name: stream.name.clone(),
            below: Some("stream".to_owned()),
            href: at.href(Kind::Stream, &stream.name),
        };
        streams.iter().map(stop).collect()
    };
    let (mut from, mut to) = (stops(from), stops(to));
    from.extend(streams(at.site.graph.streams_emitting(name)));
    to.extend(streams(at.site.graph.streams_reading(name)));
    route::draw([from, vec![carrier], to], &format!("The way of {name}"))
}
