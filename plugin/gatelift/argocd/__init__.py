"""The Argo CD config-management plugin: converts while Argo CD renders."""
