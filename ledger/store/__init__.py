"""Where the ledger is kept.

recorder   the port: the library's DCBRecorder, widened by the envelope
sqlite     the recorder on one SQLite file
blobs      content-addressed, compressed texts and documents
"""
