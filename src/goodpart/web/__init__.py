"""What every web page of Goodpart stands on, on the server and on a gateway's console. Knows no plant.

errors     an error with the HTTP status that it answers
problems   every error as application/problem+json
guard      host check, security headers, cross-site request protection
cookies    the session cookie
live       the ring of live messages and the stream that browsers read
assets     the built user interface
"""
