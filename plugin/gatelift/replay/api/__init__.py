"""A stand-in for the Kubernetes API, as much of it as a controller reads."""
