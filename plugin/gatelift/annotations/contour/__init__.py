"""Keys of Contour: recognised by name, with what replaces them."""
