"""The tables of every version: brought up to date at each start, never taken back."""
