"""Pictures for somebody who looks on: how the uplink tells a station to make them, and takes them."""
