"""Keys of Kong: recognised by name, with what replaces them."""
