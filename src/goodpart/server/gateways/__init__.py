"""Gateways: their certificates, their wiring, what they are to run, what they say they run, and whether they are there.

model ← tables ← repository ← enrollment, wiring, desired, service ← endpoints (browsers), listener (gateways)
presence        which gateways hold a connection to this process
connection      the peer certificate of a connection
identity        who is at the other end of a request
"""
