//! What each verb does.

use std::io::Write as _;
use std::sync::Arc;

use dlq::discard::discard;
use dlq::filter::Filter;
use dlq::letter::Letter;
use dlq::letters::{Brokers, Lot};
use dlq::origin::{Declared, Origin};
use dlq::redrive::{Outcome, redrive};
use dlq::schemas::Schemas;
use dlq::{Error, print};
use herald::registry::confluent::ConfluentRegistry;
use herald::transport::kafka::{Kafka, KafkaSettings};
use herald::transport::rabbitmq::Rabbitmq;
use herald_codegen::Failure;
use herald_codegen::diagnostic::Color;
use jiff::Timestamp;
use serde_json::json;

use crate::args::{self, Broker, Format, Options, Verb};

/// Name of the connections in the brokers' views.
const CLIENT: &str = "herald-dlq";

/// Does it; whether everything that was asked for was there, and was done.
pub(crate) async fn run(verb: &Verb) -> Result<bool, Vec<String>> {
    let options = verb.options();
    let declared = declared(options)?;
    let chosen = declared.chosen(&options.from).map_err(words)?;
    let chosen: Vec<_> = chosen
        .into_iter()
        .filter(|origin| is_meant(origin, options.only))
        .collect();
    let brokers = brokers(options, &declared, &chosen).await.map_err(words)?;
    let (filter, now) = (options.filter(), Timestamp::now());
    let handled = matches!(
        verb,
        Verb::List { handled: true, .. } | Verb::Show { handled: true, .. }
    );
    let found = brokers.find(&chosen, &filter, handled, now).await;
    let lots = found.map_err(words)?;
    let all_there = remark(&filter, &lots);
    let done = match verb {
        Verb::List { .. } => list(options, &lots, now),
        Verb::Show { .. } => show(options, declared, &lots).await?,
        Verb::Redrive { how, .. } => {
            let wish = how.wish();
            let word = if wish.dry_run {
                "would be redriven"
            } else {
                "redriven"
            };
            let tell = |letter: &Letter| tell(options, letter, word);
            ended(redrive(&brokers, &lots, &wish, now, tell).await, word)?
        }
        Verb::Discard { yes, .. } if !yes && !options.names_letters() => {
            lots.iter()
                .flat_map(|lot| &lot.letters)
                .for_each(|letter| tell(options, letter, "would be discarded"));
            let ask =
                "nothing was discarded: these cannot be had back; add --yes, or name their ids";
            return Err(vec![ask.to_owned()]);
        }
        Verb::Discard { .. } => {
            let tell = |letter: &Letter| tell(options, letter, "discarded");
            ended(discard(&brokers, &lots, now, tell).await, "discarded")?
        }
    };
    Ok(all_there && done)
}

fn declared(options: &Options) -> Result<Declared, Vec<String>> {
    let loaded = herald_codegen::load(&options.catalog(), args::settings());
    let loaded = loaded.map_err(|failure| match failure {
        Failure::Catalog(report) => vec![report.text(Color::No)],
        other => vec![other.to_string()],
    })?;
    Declared::new(&loaded.model, &options.env).map_err(|error| vec![error.to_string()])
}

fn is_meant(origin: &Origin, only: Option<Broker>) -> bool {
    match origin {
        Origin::Group(_) => only != Some(Broker::Rabbitmq),
        Origin::Queue(_) => only != Some(Broker::Kafka),
    }
}

async fn brokers(
    options: &Options,
    declared: &Declared,
    chosen: &[Arc<Origin>],
) -> Result<Brokers, Vec<Error>> {
    let (mut brokers, mut errors) = (Brokers::default(), Vec::new());
    if chosen.iter().any(|it| matches!(**it, Origin::Group(_))) {
        match kafka(options, declared) {
            Ok(kafka) => brokers.kafka = Some(kafka),
            Err(error) => errors.push(error),
        }
    }
    if chosen.iter().any(|it| matches!(**it, Origin::Queue(_))) {
        match rabbitmq(options).await {
            Ok(rabbitmq) => brokers.rabbitmq = Some(rabbitmq),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(brokers)
    } else {
        Err(errors)
    }
}

fn kafka(options: &Options, declared: &Declared) -> Result<Kafka, Error> {
    let settings = KafkaSettings {
        brokers: options.kafka.brokers.clone().or(declared.kafka.clone()),
        ..options.kafka.clone()
    };
    if settings.brokers.is_none() {
        return Err(Error::NoAddress {
            broker: "Kafka",
            variable: "HERALD_KAFKA_BROKERS",
            other: "rabbitmq",
        });
    }
    let kafka = Kafka::connect(&settings, CLIENT);
    kafka.map_err(|source| Error::Transport {
        place: "Kafka".to_owned(),
        source,
    })
}

async fn rabbitmq(options: &Options) -> Result<Rabbitmq, Error> {
    if options.rabbitmq.url.is_none() {
        return Err(Error::NoAddress {
            broker: "RabbitMQ",
            variable: "HERALD_RABBITMQ_URL",
            other: "kafka",
        });
    }
    let rabbitmq = Rabbitmq::connect(&options.rabbitmq, CLIENT).await;
    rabbitmq.map_err(|source| Error::Transport {
        place: "RabbitMQ".to_owned(),
        source,
    })
}

/// Says on stderr what was not found or not seen; whether everything that was named is there.
fn remark(filter: &Filter, lots: &[Lot]) -> bool {
    for lot in lots.iter().filter(|lot| lot.unseen > 0) {
        let (dead, unseen) = (lot.origin.dead(), lot.unseen);
        eprintln!("{dead}: {unseen} more were not looked at, or somebody else holds them");
    }
    let letters: Vec<Letter> = lots.iter().flat_map(|lot| lot.letters.clone()).collect();
    let missing = filter.missing(&letters);
    for id in &missing {
        eprintln!(
            "{id}: no such dead letter; `list --handled` shows redriven and discarded ones too"
        );
    }
    missing.is_empty()
}

fn list(options: &Options, lots: &[Lot], now: Timestamp) -> bool {
    let mut all = 0;
    for lot in lots.iter().filter(|lot| !lot.letters.is_empty()) {
        for letter in &lot.letters {
            match options.format {
                Format::Text => write(&print::lines(letter, now)),
                Format::Json => write(&format!("{}\n", print::object(letter, None))),
            }
        }
        eprintln!("{}: {}", lot.origin.dead(), lot.letters.len());
        all += lot.letters.len();
    }
    if all == 0 {
        eprintln!("no dead letters");
    }
    true
}

async fn show(options: &Options, declared: Declared, lots: &[Lot]) -> Result<bool, Vec<String>> {
    let registry = options.registry.url.is_some();
    let registry = registry.then(|| ConfluentRegistry::connect(&options.registry));
    let registry = registry
        .transpose()
        .map_err(|error| vec![Error::Registry(error.to_string()).to_string()])?;
    let mut schemas = Schemas::new(registry, declared.schemas);
    for letter in lots.iter().flat_map(|lot| &lot.letters) {
        let payload = schemas.payload(letter).await;
        match options.format {
            Format::Text => write(&format!("{}\n", print::page(letter, &payload))),
            Format::Json => write(&format!("{}\n", print::object(letter, Some(&payload)))),
        }
    }
    Ok(true)
}

fn tell(options: &Options, letter: &Letter, done: &str) {
    match options.format {
        Format::Text => {
            let id = letter.id().unwrap_or_default();
            write(&format!("{done}  {}  {id}\n", letter.place));
        }
        Format::Json => {
            let line = json!({
                "place": letter.place.to_string(),
                "id": letter.id(),
                "action": done,
            });
            write(&format!("{line}\n"));
        }
    }
}

fn ended(outcome: Outcome, word: &str) -> Result<bool, Vec<String>> {
    for refused in &outcome.refused {
        eprintln!("refused: {refused}");
    }
    eprintln!("{} {word}, {} refused", outcome.done, outcome.refused.len());
    if outcome.errors.is_empty() {
        Ok(outcome.refused.is_empty())
    } else {
        Err(words(outcome.errors))
    }
}

fn words(errors: impl AsRef<[Error]>) -> Vec<String> {
    let errors = errors.as_ref().iter();
    errors.map(ToString::to_string).collect()
}

fn write(text: &str) {
    // A reader that went away wants no more lines.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
