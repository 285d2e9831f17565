"""Reading Ingresses into one typed model, whatever their API version, and grouping them by scope, class and host."""
