"""What people read and are told. Imports the ledger only.

desk            the one projection: everything below is a pure view of it
claims          one development as one source says it, and its figure
admission       which claims count while nobody has reviewed anything
facts           claims about the same thing, side by side
disputes        facts whose admitted claims cannot all be true
indicators      the tiles of page one
deadlines       dates ahead: due, overdue, met, missed
cases           legal cases: where each stands
contributors    promises against delivery
appointments    who is said to hold or to leave a post
coverage        what was heard, and what was not
series          figures and counts over time, for charts
timeline        every development as one line
sentences       the line itself, built from the slots
names           country codes as names
itemtexts       where a claim can be read
changes         the difference of two states
status          the whole state at a moment, as JSON
look            a desk as of a moment, opened for a command
cli_status      sitledger status, timeline
weekly          the weekly report's model
charts          static SVG
render          model -> HTML, Markdown, JSON
publish         drafts, issues, rebuilds
export          feeds, calendars, tables, references
templates/      Jinja templates
alerts/         rules, evaluation, routing
notify          the outbox
notifiers/      one file per way of delivery
cli             the commands of this floor
"""
