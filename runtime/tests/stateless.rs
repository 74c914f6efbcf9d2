//! A service without a store.

mod support;

use std::sync::Arc;

use herald::store::none::NoStore;
use herald::topology::{ServiceTopology, StoreKind, Topology};
use herald::world::FaultPlan;
use herald::{Binding, Definition, HandlerError, Platform, StartError};
use support::bench::simulate;
use support::catalog::{BASE, CONTINUE_ON, TOPOLOGY};
use support::{Answered, Asked, Overdue, Permits, Work};

static STATELESS: Topology = Topology {
    services: &[ServiceTopology {
        name: "worker",
        store: StoreKind::None,
        consumes: CONTINUE_ON,
        receives: &[],
        timers: &[],
    }],
    ..BASE
};

static DEFINITION: Definition = Definition {
    system: "test",
    service: "worker",
    doc: "Repeats what it is asked.",
    topology: |_| Some(&STATELESS),
};

#[test]
fn what_it_publishes_is_out_before_the_source_is_settled() {
    simulate(1, FaultPlan::none(), &STATELESS, async |bench| {
        let tries = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let counted = tries.clone();
        let bound = Binding::<Permits, _, _>::new(&DEFINITION, counted, NoStore)
            .publishes::<Answered>()
            .on::<Asked>(|tries, asked, cx| {
                Box::pin(async move {
                    cx.publish(Answered::new(asked.key, asked.text))?;
                    if tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
                        return Err(HandlerError::transient("once"));
                    }
                    Ok(())
                })
            })
            .build();
        let world = bench.world.instance("worker");
        let platform = Platform {
            world,
            ..bench.platform.clone()
        };
        let _running = bound.start(platform).await.unwrap();
        bench.ask("1", "a", "hello").await;
        bench.ask("1", "a", "hello").await;
        bench.world.sleep(std::time::Duration::from_secs(3)).await;
        // A repeat is published again, under the same id.
        let told = bench.texts::<Answered>("answered");
        assert_eq!(told.len(), 2);
        assert_eq!(told[0], told[1]);
    });
}

#[test]
fn timers_need_a_store() {
    simulate(2, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let bound = Binding::<Permits, _, _>::new(&DEFINITION, (), NoStore)
            .on::<Asked>(|(), _, _| Box::pin(async { Ok(()) }))
            .receive::<Work>(|(), _, _| Box::pin(async { Ok(()) }))
            .timer::<Overdue>(|(), _, _| Box::pin(async { Ok(()) }))
            .build();
        let refused = bound.start(bench.platform.clone()).await;
        assert!(matches!(
            refused,
            Err(StartError::NeedsStore { what: "timers", .. })
        ));
    });
}

#[test]
fn handlers_and_topology_must_agree() {
    simulate(3, FaultPlan::none(), &STATELESS, async |bench| {
        let bound = Binding::<Permits, _, _>::new(&DEFINITION, (), NoStore).build();
        let refused = bound.start(bench.platform.clone()).await.unwrap_err();
        assert!(
            refused
                .to_string()
                .contains("event test.Asked has no handler"),
            "{refused}"
        );
    });
}
