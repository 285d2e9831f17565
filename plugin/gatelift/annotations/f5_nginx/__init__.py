"""Keys of the NGINX Ingress Controller of F5: recognised by name, with what replaces them."""
