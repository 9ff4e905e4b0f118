"""The record: it imports nobody above it.

errors          every error, drawn as a tree
values          the base of every recorded value
developments    what happened, as somebody says
sources         who says so, and the evidence
codebook        the kinds of development, as data
configuration   the effective configuration, itself an event
events          the vocabulary of what is recorded
events_audit    the signing of a checkpoint, as an event
codec           event <-> canonical JSON bytes, versions, upcasters
envelope        what surrounds an event: ids, three times, tags
merkle          RFC 6962 hashes
merkle_proofs   that a leaf is in the tree, that a tree extends another
notes           signed notes, checkpoints and proofs as text
keys            Ed25519 keys in files
store           the port, its two back ends, the blobs, copies and backups
application     Ledger: open, append, decide, read
checkpoints     signing the head of the ledger
audit           verify: what is damaged, what is missing
audit_rows      its pass over the rows
proofs          one event as a file that others can check offline
dropping        words that go: takedown and retention; what stays
raw             the document behind a thing, byte for byte
replay          projections by fold, as of a moment
moments         as-of, seen-by and on, parsed and resolved
clocks          the system clock and the virtual one
describe        one line for each event
home            where a ledger and its files live
console         what the commands share: JSON out, errors, progress
cli             log, show, replay
cli_store       backup, restore, copy, db, export
cli_audit       verify, checkpoint, keys, prove
"""
