"""Who did what, when, to what: written in the transaction of the change itself."""
