"""Browser tests. A package, so that its demo and browser end with it and not with the whole run."""
