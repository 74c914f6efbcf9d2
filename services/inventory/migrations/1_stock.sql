-- Stock by article: never more promised than lies on the shelf.
CREATE TABLE levels (
    sku text PRIMARY KEY,
    on_hand bigint NOT NULL,
    reserved bigint NOT NULL,
    CHECK (reserved BETWEEN 0 AND on_hand)
);

-- What was set aside for an order: article and pieces of each line.
CREATE TABLE reservations (
    order_id uuid PRIMARY KEY,
    state text NOT NULL,
    skus text[] NOT NULL,
    quantities integer[] NOT NULL,
    CHECK (cardinality(skus) = cardinality(quantities))
);
