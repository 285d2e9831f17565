"""Paths of rules, and needs on a header, as languages of a machine."""

from __future__ import annotations

from gatelift.proof.symbolic.automata.alphabet import BYTES
from gatelift.proof.symbolic.automata.expressions import Reader, octets
from gatelift.proof.symbolic.automata.machine import Machine
from gatelift.proof.symbolic.model import Kind, Path

_SLASH = 1 << ord("/")


def add(machine: Machine, path: Path) -> int:
    """Write a language into ``machine``; its number. Raises ``Undecided``."""
    number = machine.language(path.decoded)
    machine.begins(number, _written(machine, path))
    return number


def _written(machine: Machine, path: Path) -> int:
    if path.kind is Kind.REGULAR:
        return _regular(machine, path)
    text = octets(path.text)
    if path.kind is Kind.EXACT:
        return machine.text(text, machine.fits())
    if path.kind is Kind.STARTS:
        return machine.text(text, machine.ever())
    below = machine.either(machine.fits(), machine.sign(_SLASH, machine.ever()))
    return machine.text(text, below)


def _regular(machine: Machine, path: Path) -> int:
    start = Reader(machine, case_matters=not path.any_case).expression(
        path.text, whole=path.whole, sent=not path.decoded
    )
    if path.whole or machine.only_at_the_beginning(start):
        return start
    anywhere = machine.loop()
    machine.close(anywhere, start, machine.sign(BYTES, anywhere))
    return anywhere
