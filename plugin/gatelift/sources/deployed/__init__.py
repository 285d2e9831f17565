"""What Argo CD and Flux objects in a repository say of it: which paths are deployed, with which options, and where."""
