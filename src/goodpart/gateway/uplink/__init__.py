"""The gateway's line to its server: one process, one outbound port, mutual TLS.

client          the calls
link            is the server there? pauses between attempts; said once when lost, once when found again
acknowledged    what the server has, per station, on disk
events, images, reports, desired, commands, renewals    one loop each
run             the process that holds them together
"""
