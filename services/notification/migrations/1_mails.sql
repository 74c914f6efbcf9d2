-- E-mails that went out.
CREATE TABLE mails (
    message_id text PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    order_id uuid NOT NULL,
    recipient text NOT NULL,
    template text NOT NULL,
    subject text NOT NULL,
    sent_at_millis bigint NOT NULL
);
CREATE INDEX mails_by_order ON mails (order_id, place);
