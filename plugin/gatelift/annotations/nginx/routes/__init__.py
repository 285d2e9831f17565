"""From the intents of one Ingress and the facts of its hosts to routes that are neutral between implementations."""
