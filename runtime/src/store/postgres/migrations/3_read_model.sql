-- Which generation of the service's read model is in use, and since when it knows the log (NULL: from
-- its beginning). Numbers of generations are given once: what an abandoned one left is never met again.
CREATE TABLE herald.read_model (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    in_use bigint NOT NULL,
    since bigint,
    latest bigint NOT NULL
);
INSERT INTO herald.read_model (in_use, latest) VALUES (0, 0);
