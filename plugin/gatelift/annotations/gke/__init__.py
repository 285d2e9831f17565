"""Keys of GKE Ingress: recognised by name, with what replaces them."""
