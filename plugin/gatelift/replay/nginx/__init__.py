"""The judge: nginx itself, configured the way ingress-nginx v1.15.1 configures it from Ingresses (``traffic.nginx``).

::

    objects -> judge: Model -> text: nginx.conf -> run: a Side
"""
