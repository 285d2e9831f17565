"""Keys of the AWS Load Balancer Controller: recognised by name, with what replaces them."""
