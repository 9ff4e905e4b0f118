"""The worked example, offline: feed documents written for it, polled over loopback on a virtual clock.

settings the demo's configuration, made from the shipped one
script   what each demo feed shows at any instant
server   serves the script over HTTP on loopback, with validators
play     runs the whole desk through the period
"""
