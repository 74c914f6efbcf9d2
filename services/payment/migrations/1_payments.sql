-- One payment an order.
CREATE TABLE payments (
    order_id uuid PRIMARY KEY,
    payment_id uuid NOT NULL,
    customer_email text NOT NULL,
    amount numeric(38, 2) NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    decline_reason text,
    refund_wanted boolean NOT NULL
);
