"""Keys of APISIX: recognised by name, with what replaces them."""
