"""What every driver has in common: how it is found, what it is given, what it may raise.

A driver is a class that subclasses one of the four ports (`goodpart.gateway.cameras.port`, `…triggers.port`,
`…signals.port`, `…outputs.port`) and is registered under an entry point group of that name, by this package or by any
other that is installed beside it.
"""
