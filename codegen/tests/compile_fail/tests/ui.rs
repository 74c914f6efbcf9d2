//! Each program leaves what the catalog declares, and the compiler's message leads back to it.
//! `TRYBUILD=overwrite` writes the messages anew; they belong to the pinned toolchain.

#[test]
fn messages_lead_to_the_catalog() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
