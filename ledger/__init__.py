"""The record: it imports nobody above it.

errors          every error, drawn as a tree
values          the base of every recorded value
developments    what happened, as somebody says
sources         who says so, and the evidence
codebook        the kinds of development, as data
configuration   the effective configuration, itself an event
events          the vocabulary of what is recorded
codec           event <-> canonical JSON bytes, versions, upcasters
envelope        what surrounds an event: ids, three times, tags
merkle          RFC 6962 hashes
store           the port, its two back ends, the blobs, copies and backups
application     Ledger: open, append, decide, read
replay          projections by fold, as of a moment
moments         as-of, seen-by and on, parsed and resolved
clocks          the system clock and the virtual one
describe        one line for each event
home            where a ledger and its files live
console         what the commands share: JSON out, errors, progress
cli             log, show, replay
cli_store       backup, restore, copy, db, export
"""
