"""Keys of Cilium: recognised by name, with what replaces them."""
