"""OEE and its sums: pure functions that the gateway and the server share. No clock, no database, no network.

window     a stretch of time, in whole milliseconds
states     machine-state reports → intervals without gaps
calendar   shifts, breaks and holidays of a site → planned time in UTC
sums       what is counted: additive integers, never ratios
minutes    reports + inspected parts + calendar → the sums of each station-minute
oee        sums → availability, effectiveness, quality, OEE
series     station-minutes → bars of a chart
"""
