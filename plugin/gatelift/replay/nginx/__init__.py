"""The judge: nginx itself, configured the way ingress-nginx v1.15.1 configures it from Ingresses.

Written from the controller's behaviour alone. It imports nothing of what converts (import-linter holds that), so that
one wrong belief about ingress-nginx cannot stand on both sides of a comparison.

::

    objects -> read -> Ingress (options) -> servers: hosts and their locations -> text: nginx.conf -> run: a Side
"""
