"""How topics and themes get names. No asset: what the assets that name, and the one that compares names, share."""
