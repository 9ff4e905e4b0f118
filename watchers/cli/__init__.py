"""The one command, `sitledger`: it wires the watchers, the ledger and the reports together.

command   the application and `main`
homes     init, config check
feeding   poll, feeds
taking    add, import, items, extract
running   run, demo
keeping   drop, retain
"""
