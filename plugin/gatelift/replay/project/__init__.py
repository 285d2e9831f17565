"""From the objects after a rewrite to those that Traefik can serve, and what that leaves out, by name."""
