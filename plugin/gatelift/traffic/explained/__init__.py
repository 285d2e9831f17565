"""Why an answer differs: what the ledger says of an Ingress, and what holds for all of them."""
