"""The same answer for every request: two models of who answers what, held against each other class by class.

::

    Ingresses -> nginx/  -> lists of rules --+
                                             +-> classes of requests -> both replies to each -> equal | a witness
    routes    -> routes/ -> lists of rules --+

The two models share no belief with what converts (import-linter holds that), nor with each other.
"""
