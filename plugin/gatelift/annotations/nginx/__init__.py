"""Units for the annotations of ingress-nginx."""
