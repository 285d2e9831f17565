"""``spec.tls`` as the list that the helpers are told of."""

from __future__ import annotations

from collections.abc import Sequence as Several

from gatelift.sources.helm.readable.expressions import Expression, own, piped, scalar
from gatelift.sources.helm.readable.flow import listed
from gatelift.sources.helm.readable.ingress import Part, Reading
from gatelift.sources.helm.readable.inputs import Inputs, Names
from gatelift.sources.helm.readable.loops import field, is_flow, over
from gatelift.sources.helm.readable.printer import Frames, Printer
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.atoms import Path
from gatelift.sources.helm.template.find import ITEMS
from gatelift.sources.helm.template.skeleton import Entry, Item, Scalar, Splice, Value


class Certificates:
    """Reads ``spec.tls`` of one Ingress."""

    def __init__(self, printer: Printer, reading: Reading, names: Names, inputs: Inputs, text: str) -> None:
        self._out = printer
        self._reading = reading
        self._names = names
        self._inputs = inputs
        self._text = text

    def tls(self, parts: Several[Part], base: Path) -> Expression | None:
        """``spec.tls`` as a list; None where the template has none."""
        found = [member for part in parts for member in self._reading.members(part.value, "'tls'")]
        if not found:
            return None
        first = found[0]
        if len(found) == 1:
            whole = self._whole(first, base)
            if whole is not None:
                return whole
        name = self._names("tls")
        self._out.action(f"{name} := list")
        for member in found:
            if isinstance(member, Splice):
                value, is_text = self._inputs.spliced(member)
                self._out.go(member.path)
                shown = self._out.arg(piped(value, "fromYamlArray") if is_text else value)
                self._out.action(f"{name} = concat {name} {shown}")
            else:
                self._entry_of_tls(name, member)
        self._out.go(base)
        return own(name)

    def _whole(self, member: Item | Splice | Entry, base: Path) -> Expression | None:
        """The list in the values that ``tls`` is as it stands there."""
        if isinstance(member, Splice):
            value, is_text = self._inputs.spliced(member)
            if not self._inputs.says_itself(member.path[len(base) :], value):
                return None
            return piped(value, "fromYamlArray") if is_text else value
        guards, loops = member.path[len(base) : -1], member.path[-1:]
        if not loops or loops == base[-1:] or not loops[0].repeats or not self._is_plain(member):
            return None
        whole = over(loops[0])
        return whole if self._inputs.says_itself(guards, whole) else None

    def _is_plain(self, member: Item | Entry) -> bool:
        """Whether an entry of TLS repeats the element of its loop: its own hosts and its own Secret."""
        hosts = self._reading.parts(member.value, "hosts", ITEMS)
        secrets = self._reading.parts(member.value, "secretName")
        if len(hosts) != 1 or len(secrets) > 1 or len(hosts[0].path) != len(member.path) + 1:
            return False
        loop = hosts[0].path[-1]
        if not loop.repeats or loop.clause is None or loop.clause.pipeline is None:
            return False
        return (
            field(loop) == ("hosts",)
            and isinstance(hosts[0].value, Scalar)
            and self._shown(hosts[0].value) == "."
            and all(
                isinstance(item.value, Scalar) and self._shown(item.value) in (".", ".secretName") for item in secrets
            )
        )

    def _shown(self, value: Value) -> str:
        if not isinstance(value, Scalar):
            return ""
        spans = scalar(value, self._text).spans
        return self._text[spans[0][0] : spans[0][1]] if len(spans) == 1 else ""

    def _entry_of_tls(self, name: str, member: Item | Entry) -> None:
        out = self._out
        out.go(member.path)
        secrets = self._reading.parts(member.value, "secretName")
        hosts: list[tuple[Frames, Expression]] = []
        for part in self._reading.parts(member.value, "hosts"):
            if is_flow(part.value):
                hosts += [(part.path, value) for value in listed(part.value, self._text)]
                continue
            for item in self._reading.members(part.value, "'hosts'"):
                if isinstance(item, Splice) or not isinstance(item.value, Scalar):
                    raise Stop("These hosts are not written one by one.", item.start)
                hosts.append((item.path, scalar(item.value, self._text)))
        base = member.path
        names = self._inputs.collected("names", hosts, base) if hosts else own("list", atom=False)
        secret = self._inputs.bound("secret", secrets, base, "", 0)
        more = "" if secret.literal == "" else f' "secretName" {out.arg(secret)}'
        out.action(f'{name} = append {name} (dict "hosts" {out.arg(names)}{more})')
