"""Units for the annotations of cert-manager."""
