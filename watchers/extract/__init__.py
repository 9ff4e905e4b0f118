"""From a text to proposed developments, deterministically.

scope      is the item about the mission at all
language   which of the configured languages it is written in
tokens     words, figures and marks with their offsets
sentences  where sentences and clauses end
phrases    finding lexicon phrases among the tokens, in linear time
numerals   figures and number words
quantities money, counts and percentages
calendar   dates and durations as the text gives them, and what days they mean
names      states, people, bodies and places, under their canonical names
annotate   all of the above over one text
rules      the typed rules and their own cases
match      which rules a sentence triggers
assign     which figure belongs to which trigger
status     whether the text says that it happened, and how retold it is
slots      who, whom, where, until when
evidence   the smallest span that shows it
sanity     slips that the text alone betrays
pipeline   the Extractor that runs them in this order
found      what it returns
cases      running the cases that each rule carries
shipped    the data files that ship with the product
"""
