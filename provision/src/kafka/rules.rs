//! The broker's access control lists: listed, made, deleted.

use std::collections::BTreeSet;

use kafka_protocol::{
    ResponseError,
    error::ParseResponseErrorCode as _,
    messages::{
        ApiKey, CreateAclsRequest, CreateAclsResponse, DeleteAclsRequest, DeleteAclsResponse,
        DescribeAclsRequest, DescribeAclsResponse, create_acls_request::AclCreation,
        delete_acls_request::DeleteAclsFilter,
    },
    protocol::StrBytes,
};

use super::acl::{Acl, Operation, Pattern, Resource};
use super::wire::{Wire, words};
use crate::Error;

/// The protocol's number for every value of a filter.
const ANY: i8 = 1;
const DENY: i8 = 2;
const ALLOW: i8 = 3;

/// All rules; `None` where the broker keeps none, since it has no authorizer.
pub(super) async fn list(wire: &mut Wire) -> Result<Option<BTreeSet<Acl>>, Error> {
    let request = DescribeAclsRequest::default()
        .with_resource_type_filter(ANY)
        .with_resource_name_filter(None)
        .with_pattern_type_filter(ANY)
        .with_principal_filter(None)
        .with_host_filter(None)
        .with_operation(ANY)
        .with_permission_type(ANY);
    let answer: DescribeAclsResponse = wire.call(ApiKey::DescribeAcls, &request).await?;
    match answer.error_code.err() {
        None => {}
        Some(ResponseError::SecurityDisabled) => return Ok(None),
        Some(error) => {
            let why = words(answer.error_message.as_ref(), error);
            return Err(refused("to list ACLs", why));
        }
    }
    let mut acls = BTreeSet::new();
    for resource in answer.resources {
        let found = resource.acls.iter().map(|acl| Acl {
            principal: acl.principal.to_string(),
            resource: Resource::of(resource.resource_type),
            name: resource.resource_name.to_string(),
            pattern: Pattern::of(resource.pattern_type),
            operation: Operation::of(acl.operation),
            host: acl.host.to_string(),
            allows: acl.permission_type == ALLOW,
        });
        acls.extend(found);
    }
    Ok(Some(acls))
}

/// Makes rules; those that are there already stay.
pub(super) async fn allow(wire: &mut Wire, acls: &[Acl]) -> Result<(), Error> {
    let creations = acls.iter().map(|acl| {
        AclCreation::default()
            .with_resource_type(acl.resource.code())
            .with_resource_name(text(&acl.name))
            .with_resource_pattern_type(acl.pattern.code())
            .with_principal(text(&acl.principal))
            .with_host(text(&acl.host))
            .with_operation(acl.operation.code())
            .with_permission_type(permission(acl))
    });
    let request = CreateAclsRequest::default().with_creations(creations.collect());
    let answer: CreateAclsResponse = wire.call(ApiKey::CreateAcls, &request).await?;
    for (result, acl) in answer.results.iter().zip(acls) {
        if let Some(error) = result.error_code.err() {
            let why = words(result.error_message.as_ref(), error);
            return Err(refused(&format!("to make {acl}"), why));
        }
    }
    Ok(())
}

/// Deletes exactly this rule.
pub(super) async fn revoke(wire: &mut Wire, acl: &Acl) -> Result<(), Error> {
    let filter = DeleteAclsFilter::default()
        .with_resource_type_filter(acl.resource.code())
        .with_resource_name_filter(Some(text(&acl.name)))
        .with_pattern_type_filter(acl.pattern.code())
        .with_principal_filter(Some(text(&acl.principal)))
        .with_host_filter(Some(text(&acl.host)))
        .with_operation(acl.operation.code())
        .with_permission_type(permission(acl));
    let request = DeleteAclsRequest::default().with_filters(vec![filter]);
    let answer: DeleteAclsResponse = wire.call(ApiKey::DeleteAcls, &request).await?;
    for result in answer.filter_results {
        if let Some(error) = result.error_code.err() {
            let why = words(result.error_message.as_ref(), error);
            return Err(refused(&format!("to delete {acl}"), why));
        }
    }
    Ok(())
}

fn permission(acl: &Acl) -> i8 {
    if acl.allows { ALLOW } else { DENY }
}

fn text(text: &str) -> StrBytes {
    StrBytes::from_string(text.to_owned())
}

fn refused(what: &str, why: String) -> Error {
    Error::KafkaRules {
        what: what.to_owned(),
        why,
    }
}
