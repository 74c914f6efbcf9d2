//! Which servers a command is about: names, cluster size and ports, decided before anything starts.

use std::collections::BTreeSet;

use crate::component::{Component, Ports};
use crate::state::{Record, State};
use crate::{Error, ports};

/// Records every node of these components as wanted, with its ports, and returns their names.
pub(crate) fn plan(
    state: &mut State,
    components: &[&'static Component],
    cluster: impl Fn(&Component) -> bool,
    is_free: impl Fn(u16) -> bool + Copy,
) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for component in components {
        let of = shape(state, component, cluster(component))?;
        for record in state
            .servers
            .values_mut()
            .filter(|record| record.component == component.name)
        {
            record.wanted = record.of == of;
        }
        for index in 1..=of {
            let name = if of == 1 {
                component.name.to_owned()
            } else {
                format!("{}-{index}", component.name)
            };
            want(state, component, &name, index, of, is_free)?;
            names.push(name);
        }
    }
    Ok(names)
}

/// Nodes to have: those that run already, else what was asked for.
fn shape(state: &State, component: &'static Component, cluster: bool) -> Result<u8, Error> {
    let wanted = if cluster { component.cluster } else { 1 };
    let alive = state
        .servers
        .values()
        .find(|record| record.component == component.name && record.is_alive());
    match alive {
        Some(record) if cluster && record.of != wanted => Err(Error::OtherShape {
            name: component.name,
            running: record.of,
            wanted,
        }),
        Some(record) => Ok(record.of),
        None => Ok(wanted),
    }
}

fn want(
    state: &mut State,
    component: &'static Component,
    name: &str,
    index: u8,
    of: u8,
    is_free: impl Fn(u16) -> bool,
) -> Result<(), Error> {
    if let Some(record) = state
        .servers
        .get_mut(name)
        .filter(|record| record.is_alive())
    {
        record.wanted = true;
        return Ok(());
    }
    let others = state
        .servers
        .iter()
        .filter(|(other, record)| *other != name && record.wanted);
    let mut taken: BTreeSet<u16> = others
        .flat_map(|(_, record)| record.ports.values().copied())
        .collect();
    let before = state
        .servers
        .get(name)
        .map_or_else(Ports::new, |record| record.ports.clone());
    let ports = ports::choose(component, name, index, &before, &mut taken, is_free)?;
    let record = Record {
        component: component.name.to_owned(),
        index,
        of,
        ports,
        wanted: true,
        process: None,
    };
    state.servers.insert(name.to_owned(), record);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::component::select;
    use crate::process::Identity;

    fn names(list: &[&str]) -> Vec<&'static Component> {
        select(
            &list
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>(),
        )
        .unwrap()
    }

    #[test]
    fn one_node_bears_the_components_name_and_three_are_numbered() {
        let mut state = State::default();
        assert_eq!(
            plan(&mut state, &names(&["kafka"]), |_| false, |_| true).unwrap(),
            ["kafka"]
        );
        let cluster = plan(&mut state, &names(&["kafka", "mail"]), |_| true, |_| true).unwrap();
        assert_eq!(cluster, ["kafka-1", "kafka-2", "kafka-3", "mail"]);
        assert!(!state.servers["kafka"].wanted && state.servers["kafka-3"].wanted);
        assert_eq!(
            state.servers["kafka-3"].ports["client"],
            state.servers["kafka-1"].ports["client"] + 2000
        );
    }

    #[test]
    fn a_running_cluster_stays_one_and_a_running_node_is_not_made_a_cluster() {
        let mut state = State::default();
        plan(&mut state, &names(&["kafka"]), |_| true, |_| true).unwrap();
        let this = Identity::of(std::process::id().cast_signed());
        state
            .servers
            .get_mut("kafka-2")
            .unwrap()
            .process
            .clone_from(&this);
        let again = plan(&mut state, &names(&["kafka"]), |_| false, |_| false);
        assert!(again.is_err(), "the dead nodes have no free port");
        assert_eq!(
            plan(&mut state, &names(&["kafka"]), |_| false, |_| true)
                .unwrap()
                .len(),
            3
        );

        let mut single = State::default();
        plan(&mut single, &names(&["kafka"]), |_| false, |_| true).unwrap();
        single.servers.get_mut("kafka").unwrap().process = this;
        assert!(matches!(
            plan(&mut single, &names(&["kafka"]), |_| true, |_| true),
            Err(Error::OtherShape { .. })
        ));
    }

    #[test]
    fn ports_stay_the_same_over_the_next_plan_unless_taken() {
        let mut state = State::default();
        plan(
            &mut state,
            &names(&["mail"]),
            |_| false,
            |port| port != 21025,
        )
        .unwrap();
        let first = state.servers["mail"].ports.clone();
        plan(&mut state, &names(&["mail"]), |_| false, |_| true).unwrap();
        assert_eq!(state.servers["mail"].ports, first);
        let smtp = first["smtp"];
        plan(
            &mut state,
            &names(&["mail"]),
            |_| false,
            |port| port != smtp,
        )
        .unwrap();
        assert_ne!(state.servers["mail"].ports["smtp"], smtp);
    }
}
