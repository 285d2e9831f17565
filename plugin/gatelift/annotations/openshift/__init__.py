"""Keys of OpenShift's router: recognised by name, with what replaces them."""
