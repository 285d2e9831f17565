"""What stands beside the route of an Ingress and is written out: policies, filters, and the redirect to HTTPS."""

from __future__ import annotations

from gatelift.sources.helm.readable.expressions import Expression, quoted
from gatelift.sources.helm.readable.fixed import NAME, Fixed
from gatelift.sources.helm.readable.metadata import Metadata
from gatelift.sources.helm.readable.printer import Printer
from gatelift.sources.helm.readable.texts import Texts
from gatelift.sources.helm.readable.wants import Wants
from gatelift.sources.helm.runtime.tables import Beside


class Documents:
    """Writes documents; ``column``: that of the items of a list under ``spec``."""

    def __init__(self, printer: Printer, metadata: Metadata, texts: Texts, wants: Wants, column: int) -> None:
        self._out = printer
        self._metadata = metadata
        self._texts = texts
        self._wants = wants
        self._column = column

    def objects(self, fixed: Fixed) -> None:
        """Policies and filters, where the template says all of them."""
        for item in fixed.objects or ():
            head = {key: item["object"][key] for key in ("apiVersion", "kind")}
            self._out.line("---")
            self._texts.write(head, 0)
            self._metadata.beside(item["name"].replace(NAME, self._texts.name))
            self._texts.write({key: value for key, value in item["object"].items() if key not in head}, 0)

    def redirect(self, told: str, host: Expression, item: Beside) -> None:
        """A route beside the main one, for the same host."""
        out, column = self._out, self._column
        out.line("---")
        out.line("apiVersion: gateway.networking.k8s.io/v1")
        out.line("kind: HTTPRoute")
        self._metadata.redirect(told, f"{self._texts.name}-{item.suffix}")
        out.line("spec:")
        out.line("parentRefs:", 2)
        self.gateway(column)
        if item.spec["port"]:
            out.line(f"port: {item.spec['port']}", column + 2)
        out.line("hostnames:", 2)
        shown = quoted(host.literal) if host.literal is not None else f"{{{{ {out.show(host)} | quote }}}}"
        out.line(f"- {shown}", column)
        self._texts.write({key: value for key, value in item.spec.items() if key != "port"}, 2, host)

    def gateway(self, column: int) -> None:
        """The Gateway that the switch names, as the one item of a list."""
        out, switch = self._out, self._wants.gateway(root=self._out.dot is None)
        out.line("- group: gateway.networking.k8s.io", column)
        out.line("kind: Gateway", column + 2)
        out.line(f"name: {{{{ {switch}.name }}}}", column + 2)
        out.action(f"with {switch}.namespace", column + 2)
        out.line("namespace: {{ . }}", column + 2)
        out.action("end", column + 2)
