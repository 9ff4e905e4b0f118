"""Where the ledger is kept.

recorder       the port: the library's DCBRecorder, widened by the envelope
leaf           the bytes of a row that the Merkle tree covers
event_ids      ids of events, which sort by time
sqlite         the recorder on one SQLite file: what callers use
sqlite_schema  its tables and triggers, opening, and what SQLite's errors mean
sqlite_append  writing a batch, each key once
sqlite_query   queries by type and tag as SQL
sqlite_read    reading page by page
sqlite_tree    hashes of complete subtrees, and roots
sqlite_follow  subscriptions
audited        the port of an audit: everything as it stands
sqlite_audit   that of one SQLite file
ownership      one daemon a ledger
blobs          content-addressed, compressed texts and documents

address          which of the two back ends, opened lazily
postgres         the recorder on PostgreSQL: the same port, rows, bytes and roots
postgres_schema  its tables, triggers, rights and locks
postgres_connect connections, SQLite's statements on them, and what PostgreSQL's errors mean
postgres_append  writing a batch by COPY
postgres_blobs   blobs in a table

transfer       copying a ledger between places, and checking every row
lines          events as JSON Lines, out and in
backup         one file with everything, and back
"""
