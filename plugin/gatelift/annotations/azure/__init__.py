"""Keys of Azure's Application Gateway: recognised by name, with what replaces them."""
