"""Keys of Traefik: recognised by name, with what replaces them."""
