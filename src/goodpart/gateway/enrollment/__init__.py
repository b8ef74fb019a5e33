"""How a gateway gets its identity, keeps it and renews it. Its private key never leaves its data folder.

join        claim code → pinned first contact → certificate
identity    who this gateway is, on disk
tls         what a connection to the server proves, and accepts
renewal     a new certificate before the old one ends, and after
"""
