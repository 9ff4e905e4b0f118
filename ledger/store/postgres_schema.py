"""The PostgreSQL schema of a ledger: the tables of the SQLite file, and what guards them.

A ledger lives in the first schema of the connection's search path, so one database can hold several. Triggers refuse
UPDATE, DELETE and TRUNCATE by anybody, also while replicating, and positions with a gap; the rights to them are
revoked as well. Only an owner who first drops the triggers can change a row, and then the roots no longer match.
"""

from psycopg import Connection

from ledger.errors import LedgerDamaged, LedgerError, LedgerLocked, LedgerTooNew, NotALedger

VERSION = 1
"""The schema's version, kept in `about`; the same tables as version 1 of the SQLite file, and the blobs."""
TABLES = ("about", "events", "event_tags", "type_spans", "tree", "blobs")
_LEDGERS = 0x5369746C
"""`Sitl` in ASCII: the first half of every advisory lock of ours."""

# Positions are counted from the last complete subtree of 256: a transition table would copy every row once more, which
# costs a quarter of an append.
# Text is compared byte by byte ("C"), as SQLite does: indexes then depend on no version of a language library.
_TABLES = """
CREATE TABLE about (key text COLLATE "C" PRIMARY KEY, value text NOT NULL);
CREATE TABLE events (
    pos bigint PRIMARY KEY CHECK (pos > 0),
    event_id text COLLATE "C" NOT NULL UNIQUE,
    type text COLLATE "C" NOT NULL,
    recorded_at bigint NOT NULL,
    observed_at bigint,
    occurred text COLLATE "C",
    occurred_first integer,
    occurred_last integer,
    dedup_key text COLLATE "C",
    actor text COLLATE "C" NOT NULL,
    causation_id text COLLATE "C",
    correlation_id text COLLATE "C",
    tags text COLLATE "C" NOT NULL,
    leaf_hash bytea NOT NULL,
    body bytea NOT NULL
);
CREATE UNIQUE INDEX events_by_dedup_key ON events (dedup_key) WHERE dedup_key IS NOT NULL;
CREATE TABLE event_tags (tag text COLLATE "C" NOT NULL, pos bigint NOT NULL, PRIMARY KEY (tag, pos));
CREATE TABLE type_spans (type text COLLATE "C" NOT NULL, span bigint NOT NULL, PRIMARY KEY (type, span));
CREATE TABLE tree (level integer NOT NULL, idx bigint NOT NULL, hash bytea NOT NULL, PRIMARY KEY (level, idx));
CREATE TABLE blobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256 bytea NOT NULL UNIQUE,
    size bigint NOT NULL,
    zlib integer NOT NULL,
    content bytea
);
ALTER TABLE blobs ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE FUNCTION sitledger_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION sitledger_only_grows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    whole bigint;
    high bigint;
    many bigint;
BEGIN
    SELECT coalesce(max(idx) + 1, 0) * 256 INTO whole FROM tree WHERE level = 8;
    SELECT max(pos), count(*) INTO high, many FROM events WHERE pos > whole;
    IF many > 0 AND high - whole <> many THEN
        RAISE EXCEPTION 'the ledger only grows: position % would leave a gap', high
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER events_only_grow AFTER INSERT ON events
    FOR EACH STATEMENT EXECUTE FUNCTION sitledger_only_grows();
"""
_GUARD = """
CREATE TRIGGER {table}_refuses BEFORE {verbs} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION sitledger_refuses();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_refuses;
REVOKE {rights} ON {table} FROM PUBLIC, CURRENT_USER;
"""
_ABOUT = "SELECT value FROM about WHERE key = %s"
_LOCK = "SELECT pg_advisory_xact_lock(%s, current_schema()::regnamespace::oid::int)"
_OWN = "SELECT pg_try_advisory_lock(%s, current_schema()::regnamespace::oid::int)"


def lock(connection: Connection) -> None:
    """Wait for this ledger's one advisory lock; it is held until the transaction ends.

    PostgreSQL lets go of it only after the rows are visible to all, so positions appear in order and without gaps.
    """
    connection.execute(_LOCK, (_LEDGERS,))


def make_tables(connection: Connection) -> bool:
    """Make the tables, whole or not at all; return whether they were made now.

    Several processes may try at once: one makes them, the others wait and find them there.
    """
    with connection.transaction():
        if connection.execute("SELECT current_schema()").fetchone() == (None,):
            raise LedgerError(
                "the database has no schema of the search path; create it, or name another in the URL"
            )
        lock(connection)
        if version_of(connection) is not None:
            return False
        connection.execute(_TABLES)
        for table in TABLES:
            # A blob may be dropped: its bytes go, its hash stays.
            verbs = ("DELETE", "TRUNCATE") if table == "blobs" else ("UPDATE", "DELETE", "TRUNCATE")
            connection.execute(_GUARD.format(table=table, verbs=" OR ".join(verbs), rights=", ".join(verbs)))
        connection.execute("INSERT INTO about VALUES ('schema', %s)", (str(VERSION),))
    return True


def found_ledger(connection: Connection, about: dict[str, str]) -> bool:
    """Write down what a new ledger is about; return False, and change nothing, if there is one already."""
    with connection.transaction():
        lock(connection)
        if ledger_id_of(connection) is not None:
            return False
        connection.cursor().executemany("INSERT INTO about VALUES (%s, %s)", sorted(about.items()))
    return True


def ledger_id_of(connection: Connection) -> str | None:
    """Return the id of the ledger in the tables, None if they hold none yet."""
    found = connection.execute(_ABOUT, ("ledger_id",)).fetchone()
    return None if found is None else str(found[0])


def version_of(connection: Connection) -> int | None:
    """Return the schema's version, None if the tables are not there."""
    if connection.execute("SELECT to_regclass('about'), to_regclass('events')").fetchone() == (None, None):
        return None
    found = connection.execute(_ABOUT, ("schema",)).fetchone()
    if found is None:
        raise LedgerDamaged("the table about does not say the schema's version; restore a backup")
    return int(found[0])


def recognise(connection: Connection, place: str) -> None:
    """Raise NotALedger or LedgerTooNew unless there is a ledger of this version."""
    version = version_of(connection)
    if version is None:
        raise NotALedger(f"there is no ledger in {place}; make its tables with `sitledger db init`")
    if version > VERSION:
        raise LedgerTooNew(f"{place} has schema {version}, this program knows {VERSION}; upgrade sitledger")
    if ledger_id_of(connection) is None:
        raise NotALedger(
            f"{place} has tables, but no ledger yet; make one with `sitledger init`, or copy one there"
        )


def own(connection: Connection, place: str) -> None:
    """Hold the ledger for the process that watches it until the connection ends (LedgerLocked)."""
    if connection.execute(_OWN, (_LEDGERS + 1,)).fetchone() != (True,):
        raise LedgerLocked(f"another process already watches {place}; stop it first")
