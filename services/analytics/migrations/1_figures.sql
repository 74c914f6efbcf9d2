-- What is remembered of orders: article, pieces and amount of each line.
CREATE TABLE sales (
    order_id uuid PRIMARY KEY,
    state text NOT NULL,
    country text NOT NULL,
    minute text NOT NULL,
    skus text[] NOT NULL,
    pieces integer[] NOT NULL,
    amounts numeric[] NOT NULL
);

-- Figures are sums over slots. Each connection adds to a slot of its own, so that
-- units of work do not wait for each other at the figure they all have in common.
CREATE TABLE revenue (
    dimension text NOT NULL,
    name text NOT NULL,
    slot smallint NOT NULL,
    orders bigint NOT NULL,
    pieces bigint NOT NULL,
    amount numeric NOT NULL,
    PRIMARY KEY (dimension, name, slot)
);
CREATE TABLE states (
    state text NOT NULL,
    slot smallint NOT NULL,
    orders bigint NOT NULL,
    PRIMARY KEY (state, slot)
);
CREATE TABLE turnover (
    slot smallint PRIMARY KEY,
    captured numeric NOT NULL,
    refunded numeric NOT NULL
);
CREATE TABLE events (
    name text NOT NULL,
    slot smallint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (name, slot)
);

CREATE FUNCTION own_slot() RETURNS smallint LANGUAGE sql STABLE
    AS 'SELECT (pg_backend_pid() % 16)::smallint';
