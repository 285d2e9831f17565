"""The controller's ConfigMap: every key of it by name, what reads it, and what refuses everything because it restricts.

Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/
"""

from __future__ import annotations

from gatelift.annotations.nginx.settings.client import client_address
from gatelift.annotations.nginx.settings.redirects import hsts, not_redirected, redirect_code
from gatelift.annotations.nginx.settings.review import SettingNote, review

__all__ = ["SettingNote", "client_address", "hsts", "not_redirected", "redirect_code", "review"]
