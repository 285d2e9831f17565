"""The real CustomResourceDefinitions as judges of everything that gatelift emits."""
