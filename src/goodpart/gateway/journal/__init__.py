"""A station's journal: the record of every part, durable before anything is done about it.

One SQLite file per station, written by its station process alone and read by the uplink. A file is one *epoch*; its
events are numbered from 1 without gaps and chained by hash, so that nothing can be lost, doubled or slipped in unseen.
"""
