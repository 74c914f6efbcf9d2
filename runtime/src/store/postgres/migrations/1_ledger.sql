-- What delivery keeps beside a service's own tables. Times are microseconds
-- since 1970 in UTC, by the instances' clocks; the lease alone goes by the
-- server's clock, so that instances need not agree on the time.

CREATE TABLE herald.service (
    name text PRIMARY KEY
);

-- Units of work that were done, with the answers of requests.
CREATE TABLE herald.inbox (
    consumer text NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    generation bigint NOT NULL,
    at bigint NOT NULL,
    status integer,
    body bytea,
    request bigint,
    PRIMARY KEY (consumer, source, id, generation)
);
CREATE INDEX inbox_age ON herald.inbox (at);

-- Messages that wait for their broker (0 log, 1 queues). `lane` is a digest of
-- destination and key: rows of one lane are published in order.
CREATE TABLE herald.outbox (
    broker smallint NOT NULL,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    lane uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    destination text NOT NULL,
    routing_key text,
    key bytea,
    headers bytea NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (broker, sequence)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Lanes whose first row was refused for good.
CREATE TABLE herald.held (
    lane uuid PRIMARY KEY,
    broker smallint NOT NULL,
    sequence bigint NOT NULL,
    reason text NOT NULL
);

-- The relay that may claim rows of a broker.
CREATE TABLE herald.lease (
    broker smallint PRIMARY KEY,
    holder text NOT NULL,
    until timestamptz NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE herald.timers (
    name text NOT NULL,
    key text NOT NULL,
    id uuid NOT NULL,
    due bigint NOT NULL,
    claimable bigint NOT NULL,
    payload bytea NOT NULL,
    headers bytea NOT NULL,
    PRIMARY KEY (name, key)
);
CREATE INDEX timers_claimable ON herald.timers (claimable);

-- Keys that wait behind a dead letter, and the messages that wait there.
CREATE TABLE herald.parked_keys (
    scope_group text NOT NULL,
    scope_topic text NOT NULL,
    scope_key text NOT NULL,
    consumer text NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    generation bigint NOT NULL,
    PRIMARY KEY (scope_group, scope_topic, scope_key)
);
CREATE TABLE herald.parked (
    place bigint GENERATED ALWAYS AS IDENTITY,
    scope_group text NOT NULL,
    scope_topic text NOT NULL,
    scope_key text NOT NULL,
    consumer text NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    generation bigint NOT NULL,
    topic text NOT NULL,
    partition bigint NOT NULL,
    record_offset bigint NOT NULL,
    record_key bytea,
    headers bytea NOT NULL,
    payload bytea,
    at bigint NOT NULL,
    PRIMARY KEY (scope_group, scope_topic, scope_key, place),
    UNIQUE (scope_group, scope_topic, scope_key, consumer, source, id, generation)
);
