"""Rollouts: gateways moved to a new desired state, and how far each of them has come."""
