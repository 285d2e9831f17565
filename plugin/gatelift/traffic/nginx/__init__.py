"""What ingress-nginx v1.15.1 makes of Ingresses: its hosts, their places, and what each of them asks for.

Written from the controller's behaviour alone. It imports nothing of what converts (import-linter holds that), so that
one wrong belief about ingress-nginx cannot stand on both sides of a comparison.

::

    objects -> ingresses: Ingress (options, settings) -> servers: hosts and their locations = Model
"""
