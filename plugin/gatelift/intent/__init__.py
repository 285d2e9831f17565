"""What the operator of an Ingress wanted, in words that belong to no controller and no implementation."""
