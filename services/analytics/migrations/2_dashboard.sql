-- How long orders took from placed to decided, by the times of the messages that say so.
ALTER TABLE sales ADD COLUMN accepted_at bigint, ADD COLUMN took_ms bigint;
CREATE INDEX sales_minute ON sales (minute);

-- What else happened to orders. It may be heard before their placing.
CREATE TABLE outcomes (
    order_id uuid NOT NULL,
    outcome text NOT NULL,
    PRIMARY KEY (order_id, outcome)
);

-- What streams emitted last.
CREATE TABLE closed_sales (
    minute text NOT NULL,
    country text NOT NULL,
    lines bigint NOT NULL,
    pieces bigint NOT NULL,
    revenue numeric NOT NULL,
    PRIMARY KEY (minute, country)
);
CREATE TABLE declines (
    reason text PRIMARY KEY,
    orders bigint NOT NULL
);
