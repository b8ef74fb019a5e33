"""Models: one trained result each, from candidate to the signed package that gateways run."""
