"""From a text to proposed developments, deterministically.

What runs, in this order:
    tokens      words, figures and marks with their offsets
    scope       is the item about the mission at all
    language    which of the configured languages it is written in
    sentences   where sentences end
    phrases     finding lexicon phrases among the tokens, in linear time
    calendar    dates and durations as the text gives them      days: what they mean from the day of publication
    numerals    figures and number words                        quantities: money, counts and percentages
    names       states, people, bodies and places, under their canonical names
    annotate    all of the above over one text
    rules       the typed rules and their own cases             match: which rules a sentence triggers
    assign      which figure belongs to which trigger
    compose     one development with its evidence:
        status (did it happen), dating (when, until when), slots (who, whom, where; scene, cast), figures, speakers,
        instruments, reasons, cases_known (which legal case), evidence (the smallest span), sanity (slips)
    merge       one development once
    propose     match, assign, compose, and every number left over      reading: what stays the same in one text
    pipeline    the Extractor that runs them                            found: what it returns
Beside them: tables (the data files, typed), shipped (those that ship), cases (running the cases that rules carry).
"""
