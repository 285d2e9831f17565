"""Keys of controllers that are met less often: recognised by name, with what replaces them."""
