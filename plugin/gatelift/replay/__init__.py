"""Send the same requests to what serves the Ingresses and to what serves the routes, and compare the answers."""
