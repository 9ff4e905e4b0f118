"""What people read and are told. Imports the ledger only.

The desk, folded from the log
    desk            the one projection: everything below is a pure view of it
    watch           what was read, how the feeds do, what may have been missed
    kept            what the desk keeps of items, feeds, gaps, alerts and reports
    claims          one development as one source says it, and its figure
    admission       which claims count while nobody has reviewed anything
    facts           what claims about the same thing share
    grouping        which claims are about one fact, by their dates

Views of it, as of a moment
    disputes        facts whose admitted claims cannot all be true
    indicators      the tiles of page one
    plans           what was announced, what moved it, whether it came
    deadlines       dates ahead: due, overdue, met, missed
    cases           legal cases: where each stands
    contributors    promises against delivery
    appointments    who is said to hold or to leave a post
    coverage        what was heard, and what was not
    series          figures and counts over time
    timeline        every development as one line
    changes         the difference of two states
    status          the whole state at a moment, as JSON
    difference      what differs between two moments
    history         every version of a development or an item
    search          full-text search beside the log
    stepping        what each step through the past changed
    look            a desk as of a moment, opened for a command
    checkpoints     kept desks, so that looking back is fast
    deskstate       a desk as bytes and back
    pastitems       items of a kept desk, looked up in the log when asked for

Words
    names           country codes as names
    sentences       one line from the slots of a development
    itemtexts       where a claim can be read
    weekly_words    how figures, dates and foreign texts are written

The weekly report
    periods         ISO weeks of the configured zone
    weekly          assembles the model from two states of the desk
    weekly_model, weekly_model_coverage, charts_model     the model
    weekly_issue, weekly_sections, weekly_told, weekly_coverage, brief, brief_tiles     its parts
    references      the documents cited, numbered
    evidence        no figure without words or an attestation
    charts, charts_data, charts_steps, charts_marks     static SVG
    render, render_marks, templates/     model -> HTML, Markdown, JSON
    publish         folds, assembles, renders, keeps, records
    rebuild         makes an issue again and compares its bytes
    rederive        derives every projection, alert and report anew, and compares

Alerts
    alerts          rules, evaluation, routing
    notify          the outbox
    notifiers       one file per way of delivery

Commands
    cli_status      status, timeline
    cli_report      report
    cli_replay      replay
    cli_times       diff, history, find
"""
