"""The controller's ConfigMap: every key of it by name, what reads it, and what refuses everything because it restricts.

Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/
"""

from __future__ import annotations

from gatelift.annotations.nginx.settings.values import client_address, hsts, not_redirected, redirect_code

__all__ = ["client_address", "hsts", "not_redirected", "redirect_code"]
