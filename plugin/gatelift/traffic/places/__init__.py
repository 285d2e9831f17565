"""Where rules act: the places of Ingresses and of routes, and which of them take a request."""
