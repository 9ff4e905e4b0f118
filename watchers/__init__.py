"""What hears the world. Imports the ledger; only `cli`, `daemon` and `demo` know the reports too.

config          reads config.toml, strictly (config_tables, config_lines, config_checks)
items           what feeds show, as values; ids; the summary of what was recorded
feeds           what the log says about one feed
fetch           one conditional, bounded request (fetch_network, fetch_decode, fetch_freshness, fetch_error)
parse           documents to entries (parse_json, parse_text, parse_mend), in processes that can be
                killed (parse_pool, parse_worker)
normalise       an entry to an item: text, link, identity
dedupe          new, revised or a repeat
extract         from a text to proposed developments
decide          what is recorded of an observation, and of a whole document (decide_document)
schedule        when to ask again, and why
feedtable       states and polls beside the log; may be lost
poll            the pipeline and the round over all that are due (poll_steps)
archive         back-filling from saved polls (archive_read)
records         importing chronologies (records_line), and flat lines of what is extracted (records_extract)
published       whether a typed date of publication can be true
article         one document taken in by hand (article_read)
trial           what an address would give, without recording it
homes           opening a home with the configuration in force
wiring          builds desk, watch and parser for whoever polls
daemon          polls what is due, alerts and reports, until it is stopped
demo            the offline worked example
cli             the one command
"""
