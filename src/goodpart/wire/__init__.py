"""What crosses the line between gateway and server, and nothing else.

Every type here has a golden JSON file under ``tests/wire/golden/``, one per version. Fields are only ever added, with
a default: a gateway of last year speaks with a server of today, and the other way round.
"""
