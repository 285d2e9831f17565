"""gatelift lifts Kubernetes Ingress to Gateway API inside the sources that a GitOps repository keeps."""

__version__ = "0.1.0"
