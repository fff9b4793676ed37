"""Results in, text or JSON out; nothing is decided here."""
