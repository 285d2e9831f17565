"""Units for the annotations of external-dns."""
