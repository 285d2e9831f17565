"""Whatever a YAML reader takes for an Ingress is looked at: the ways to write a kind, and what is none."""

from __future__ import annotations

import pytest

from gatelift.sources.kinds import may_hold
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.yaml import load

INGRESS = may_hold(("Ingress", "IngressList"))
WRITTEN = {
    "block": "kind: Ingress\n",
    "quoted": "'kind': \"Ingress\"\n",
    "braces": "{apiVersion: networking.k8s.io/v1, kind: Ingress}\n",
    "braces and quotes": '{"apiVersion":"v1","kind":"Ingress"}\n',
    "the line below": "kind:\n  Ingress\n",
    "behind a comment": "kind: # of what\n  Ingress\n",
    "a tag": "kind: !!str Ingress\n",
    "an anchor": "kind: &kind Ingress\n",
    "an alias": "metadata: {name: &kind Ingress}\nkind: *kind\n",
    "folded": "kind: >-\n  Ingress\n",
    "escaped": 'kind: "\\x49ngress"\n',
    "an explicit key": "? kind\n: Ingress\n",
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_every_way_to_write_an_ingress_passes(text: str) -> None:
    source = decode("a.yaml", text.encode())
    loaded = load(source, split(source)[0])
    assert loaded is not None
    assert isinstance(loaded.value, dict)
    # The reader says that this is one, so the filter has to let it pass.
    assert loaded.value["kind"] == "Ingress"
    assert INGRESS.search(text.encode())


@pytest.mark.parametrize("text", ["kind: IngressRoute\n", "kind: IngressClass\n", "kind: Service\nname: Ingress\n"])
def test_what_only_speaks_of_ingresses_need_not_be_parsed(text: str) -> None:
    assert not INGRESS.search(text.encode())
