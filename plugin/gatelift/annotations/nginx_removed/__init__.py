"""Units for annotations that ingress-nginx had once: several keys of one removed feature share a file."""
