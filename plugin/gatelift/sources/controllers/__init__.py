"""Where a repository says how its ingress-nginx is set up: the ConfigMap, the workload's flags, values of its chart."""
