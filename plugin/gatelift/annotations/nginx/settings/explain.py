"""One setting of the controller, explained for a person."""

from __future__ import annotations

from gatelift.annotations.nginx.settings.model import Effect
from gatelift.annotations.nginx.settings.review import OWN_AFFAIR
from gatelift.annotations.nginx.settings.table import KNOWN

SOURCE = "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/"
_READ = "gatelift reads it: routes and policies are written by what it says"
_EVERYWHERE = "gatelift translates it for every Ingress of the controller, unless the Ingress says something else"


def explained(name: str) -> str | None:
    """Default, effect and next step of the setting ``name``; ``None`` where ingress-nginx has none of that name."""
    setting = KNOWN.get(name)
    if setting is None:
        return None
    told = {Effect.READ: _READ, Effect.EVERYWHERE: _EVERYWHERE, Effect.OWN: OWN_AFFAIR}
    text = setting.text or told.get(setting.effect, "it is the default of the annotation of the same name")
    other = "is refused, and no Ingress is opened" if setting.effect is Effect.REFUSED else "means"
    lines = [
        f"# {name}",
        "",
        f"A setting of the controller's ConfigMap; by default {setting.default or 'empty'}. Another value {other}:",
        f"{text}.",
    ]
    if setting.todo:
        lines.append(f"What to do: {setting.todo}.")
    return "\n".join((*lines, "", f"Source: {SOURCE}#{name}", ""))
