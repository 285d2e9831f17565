"""From the manifests of one side to what Traefik is fed: ports of this machine, echo servers, Secrets of our own."""
