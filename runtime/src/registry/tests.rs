use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::BoxFuture;
use crate::avro::codec::{Codec, Cursor, Described, Reader};
use crate::envelope::FrameError;
use crate::message::{Message, Released};
use crate::world::sim::{Options, Sim};

/// A record of an int and, since its second version, a text.
#[derive(Debug, PartialEq)]
struct Thing {
    number: i64,
    text: String,
}

const V1: &str = r#"{"type":"record","name":"shop.Thing","fields":[
    {"name":"number","type":"int"}]}"#;
const V2: &str = r#"{"type":"record","name":"shop.Thing","fields":[
    {"name":"number","type":"long"},{"name":"text","type":"string","default":"none"}]}"#;

impl Codec for Thing {
    const MIN_SIZE: usize = 2;
    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        out.long(self.number).string(&self.text)
    }
    fn blank() -> Self {
        Self {
            number: 0,
            text: String::new(),
        }
    }
    fn read(&mut self, r: &mut Reader<'_>) {
        self.number.read(r);
        self.text.read(r);
    }
}

impl Described for Thing {
    fn schema_json() -> Cow<'static, str> {
        V2.into()
    }
}

impl Message for Thing {
    type Headers = ();

    const NAME: &'static str = "Thing";
    const TYPE: &'static str = "shop.Thing";
    const VERSION: u32 = 2;
    const RELEASED: &'static [Released] = &[];
    fn key(&self) -> Option<String> {
        None
    }
}

/// Counts how often it is asked for a schema, and takes its time.
struct Counting(MemoryRegistry, crate::World, AtomicUsize);

impl Registry for Counting {
    fn register<'a>(
        &'a self,
        subject: &'a str,
        schema: &'a str,
    ) -> BoxFuture<'a, Result<SchemaId, RegistryError>> {
        self.0.register(subject, schema)
    }
    fn id_of<'a>(
        &'a self,
        subject: &'a str,
        schema: &'a str,
    ) -> BoxFuture<'a, Result<SchemaId, RegistryError>> {
        self.0.id_of(subject, schema)
    }
    fn schema(&self, id: SchemaId) -> BoxFuture<'_, Result<Arc<str>, RegistryError>> {
        self.2.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            self.1.sleep(std::time::Duration::from_millis(5)).await;
            self.0.schema(id).await
        })
    }
}

fn framed(id: SchemaId, datum: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    crate::envelope::frame(id, &mut out);
    out.extend_from_slice(datum);
    out
}

fn run<F: Future<Output = ()> + Send + 'static>(case: impl FnOnce(crate::World) -> F) {
    let sim = Sim::new(Options::seed(1));
    sim.run(case(sim.world())).unwrap();
}

#[test]
fn the_same_schema_has_one_id_in_all_subjects() {
    run(|_| async {
        let registry = MemoryRegistry::new();
        let first = registry.register("a", V1).await.unwrap();
        let second = registry.register("a", V2).await.unwrap();
        let elsewhere = registry.register("b", &V1.replace('\n', "")).await.unwrap();
        assert_eq!((first, elsewhere), (SchemaId(1), first));
        assert_eq!(registry.register("a", V1).await, Ok(first));
        assert_eq!(registry.versions("a"), [first, second]);
        assert_eq!(registry.subjects(), ["a", "b"]);
        assert_eq!(registry.id_of("a", V2).await, Ok(second));
        let missing = registry.id_of("b", V2).await;
        assert_eq!(missing, Err(RegistryError::NotRegistered("b".into())));
        let unknown = registry.schema(SchemaId(3)).await;
        assert_eq!(unknown, Err(RegistryError::UnknownId(SchemaId(3))));
        let zero = registry.schema(SchemaId(0)).await;
        assert_eq!(zero, Err(RegistryError::UnknownId(SchemaId(0))));
        assert!(matches!(
            registry.register("a", "{").await,
            Err(RegistryError::Invalid(_))
        ));
    });
}

#[test]
fn values_go_out_and_come_back() {
    run(|_| async {
        let registry: Arc<dyn Registry> = Arc::new(MemoryRegistry::new());
        let (encoder, decoder) = (Encoder::new(registry.clone()), Decoder::new(registry));
        let thing = Thing {
            number: 7,
            text: "seven".into(),
        };
        assert_eq!(
            encoder.encode(&thing),
            Err(EncodeFailure::Unprepared(Thing::TYPE))
        );
        let refused = encoder.prepare::<Thing>("things", Missing::Refuse).await;
        let subject = "things-shop.Thing".to_owned();
        assert_eq!(refused, Err(RegistryError::NotRegistered(subject)));
        encoder
            .prepare::<Thing>("things", Missing::Register)
            .await
            .unwrap();
        let bytes = encoder.encode(&thing).unwrap();
        assert_eq!(decoder.decode(&bytes).await, Ok(thing));
    });
}

#[test]
fn older_writers_are_read_and_their_schema_fetched_once() {
    run(|world| async move {
        let counting = Counting(MemoryRegistry::new(), world.clone(), AtomicUsize::new(0));
        let id = counting.register("things", V1).await.unwrap();
        let registry = Arc::new(counting);
        let decoder = Decoder::new(registry.clone());
        let mut tasks = Vec::new();
        for _ in 0..5 {
            let decoder = decoder.clone();
            tasks.push(world.spawn("reader", async move {
                let thing: Thing = decoder.decode(&framed(id, &[14])).await.unwrap();
                assert_eq!((thing.number, thing.text.as_str()), (7, "none"));
            }));
        }
        for task in tasks {
            assert_eq!(task.join().await, crate::world::Ended::Finished);
        }
        assert_eq!(registry.2.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn bad_bytes_are_told_apart() {
    run(|_| async {
        let registry = MemoryRegistry::new();
        let other =
            r#"{"type":"record","name":"shop.Thing","fields":[{"name":"number","type":"string"}]}"#;
        let current = registry.register("things", V2).await.unwrap();
        let foreign = registry.register("things", other).await.unwrap();
        let decoder = Decoder::new(Arc::new(registry));
        let fails = async |bytes: &[u8]| decoder.decode::<Thing>(bytes).await.unwrap_err();
        assert_eq!(
            fails(b"{}").await,
            DecodeFailure::Frame(FrameError::Magic(b'{'))
        );
        let unknown = fails(&framed(SchemaId(9), &[0])).await;
        assert_eq!(unknown, DecodeFailure::UnknownSchema(SchemaId(9)));
        for cut in [&[][..], &[14], &[14, 4, b'a'], &[14, 2, b'a', 0]] {
            let failure = fails(&framed(current, cut)).await;
            assert!(matches!(failure, DecodeFailure::Datum(_)), "{failure}");
        }
        for _ in 0..2 {
            let failure = fails(&framed(foreign, &[2, b'a'])).await;
            assert!(
                matches!(failure, DecodeFailure::Mismatch { .. }),
                "{failure}"
            );
            assert!(failure.to_string().contains("number"), "{failure}");
        }
    });
}
