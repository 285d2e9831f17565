"""What ingress-nginx answers, as rules: every request of every host, from the Ingresses alone.

::

    Ingresses -> judged: servers, locations, splits -> hosts: which server -> server: in which order -> place: replies

What nginx is configured with from the same model is written in ``gatelift.replay.nginx``; both mean the same, and tests
ask the real nginx. What is no part of the rules:

- requests that are too large or come too often, paths that lead above the root, certificates of clients, hosts with a
  port, and ``X-Forwarded-*`` that a client sends;
- names of cookies in another case, which nginx takes for the same, and headers that backends send;
- the paths ``/_external-auth-...`` that the controller keeps for itself.
"""
