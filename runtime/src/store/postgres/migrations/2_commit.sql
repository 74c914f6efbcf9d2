-- Everything a unit of work leaves behind beside the service's own writes, in
-- one round trip. Where the unit was done before, or its timer was set anew or
-- cancelled, nothing is changed and `done` is false, with the answer kept then.
CREATE FUNCTION herald.commit_unit(
    in_consumer text, in_source text, in_id text, in_generation bigint, in_at bigint,
    in_status integer, in_body bytea, in_request bigint,
    fired_name text, fired_key text, fired_id uuid,
    cancelled_names text[], cancelled_keys text[],
    timer_names text[], timer_keys text[], timer_ids uuid[], timer_dues bigint[],
    timer_payloads bytea[], timer_headers bytea[],
    locks bigint[],
    out_brokers smallint[], out_lanes uuid[], out_ids uuid[], out_names text[],
    out_destinations text[], out_routing_keys text[], out_keys bytea[],
    out_headers bytea[], out_payloads bytea[]
) RETURNS TABLE (done boolean, status integer, body bytea, request bigint)
LANGUAGE plpgsql AS $$
BEGIN
    IF fired_id IS NOT NULL THEN
        PERFORM 1 FROM herald.timers t
            WHERE t.name = fired_name AND t.key = fired_key AND t.id = fired_id
            FOR UPDATE;
        IF NOT FOUND THEN
            RETURN QUERY SELECT false, NULL::integer, NULL::bytea, NULL::bigint;
            RETURN;
        END IF;
    END IF;

    IF in_consumer IS NOT NULL THEN
        -- Waits for another transaction that is about to insert the same row.
        INSERT INTO herald.inbox
            VALUES (in_consumer, in_source, in_id, in_generation, in_at,
                    in_status, in_body, in_request)
            ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN QUERY SELECT false, i.status, i.body, i.request FROM herald.inbox i
                WHERE i.consumer = in_consumer AND i.source = in_source
                    AND i.id = in_id AND i.generation = in_generation;
            RETURN;
        END IF;
    END IF;

    IF fired_id IS NOT NULL THEN
        DELETE FROM herald.timers t WHERE t.name = fired_name AND t.key = fired_key;
    END IF;
    IF cardinality(cancelled_names) > 0 THEN
        DELETE FROM herald.timers t
            USING unnest(cancelled_names, cancelled_keys) AS c (name, key)
            WHERE t.name = c.name AND t.key = c.key;
    END IF;
    IF cardinality(timer_names) > 0 THEN
        INSERT INTO herald.timers AS t (name, key, id, due, claimable, payload, headers)
            SELECT s.name, s.key, s.id, s.due, s.due, s.payload, s.headers
            FROM unnest(timer_names, timer_keys, timer_ids, timer_dues,
                        timer_payloads, timer_headers)
                AS s (name, key, id, due, payload, headers)
            ON CONFLICT (name, key) DO UPDATE SET
                id = excluded.id, due = excluded.due, claimable = excluded.claimable,
                payload = excluded.payload, headers = excluded.headers;
    END IF;

    IF cardinality(out_ids) > 0 THEN
        -- Sorted by the caller. Held until the commit, so that of two transactions
        -- with one lane the later one also takes the higher numbers.
        PERFORM pg_advisory_xact_lock(l) FROM unnest(locks) AS l;
        INSERT INTO herald.outbox (broker, lane, id, name, destination, routing_key,
                                   key, headers, payload)
            SELECT o.broker, o.lane, o.id, o.name, o.destination, o.routing_key,
                   o.key, o.headers, o.payload
            FROM unnest(out_brokers, out_lanes, out_ids, out_names, out_destinations,
                        out_routing_keys, out_keys, out_headers, out_payloads)
                WITH ORDINALITY
                AS o (broker, lane, id, name, destination, routing_key,
                      key, headers, payload, place)
            ORDER BY o.place;
    END IF;
    RETURN QUERY SELECT true, NULL::integer, NULL::bytea, NULL::bigint;
END
$$;
