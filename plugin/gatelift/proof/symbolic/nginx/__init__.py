"""What ingress-nginx answers, as rules: every request of every host, from the Ingresses alone.

::

    Ingresses -> judged: servers, locations, splits -> hosts: which server -> server: in which order -> place: replies

What nginx is configured with from the same model is written in ``gatelift.replay.nginx``; both mean the same, and tests
ask the real nginx. No request is too large or comes too often here, and none bears ``X-Forwarded-*`` of its own.
"""
