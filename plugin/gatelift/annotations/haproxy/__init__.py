"""Keys of both controllers that run HAProxy: recognised by name, with what replaces them."""
