"""Units for the annotations of no particular program."""
