"""Alerts: one-item reports pushed now, derived from the ledger only, so that they replay.

    log, clock -> state -> sight -> evaluate | thresholds | dates -> routing -> events -> log

rules           what a rule watches, and what makes an alert the same alert
history         the alerts that the log holds: raised, open, told
sight           what the rules can see: admitted figures, dates ahead, who is believed
evaluate        findings, and those of `development` rules
thresholds      findings of `threshold` rules
dates           findings of `deadline` rules
routing         whether to notify: decision tables that return their reason
words           how alerts put what they found
state           the pure fold: one more event or a look at the clock -> what follows
engine          reads the log, records what follows
standing        how open alerts stand at present, for whoever shows them
audit           derives every alert anew and compares with what was recorded
"""
