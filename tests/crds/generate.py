"""Documents of the modelled kinds, sound and broken, drawn from the models' own types."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from msgspec import inspect

from gatelift.manifests.meta import Manifest

Json = Any

# Word lists, because quoted one by one they would fill the file.
TEXTS = """
a b web A X-A x-a Host a.b a-b.example.com *.example.com * 10.0.0.1 localhost shop.v1.Cart _x
/ /a /a/b /a/ /a%20b /c /d /e/f ^/a$ http://a https://*.a.com:8443 spiffe://a/b
0s 5s 1h30m 1ms 500ms 8Mi 10 1k System 10.0.0.0/8 2001:db8::/32 ::1/128 ::1
Service Secret ConfigMap Gateway HTTPRoute Backend ReferenceGrant
gateway.networking.k8s.io gateway.envoyproxy.io multicluster.x-k8s.io
""".split()  # noqa: SIM905 - see above
PATHS = [text for text in TEXTS if text.startswith("/")]
NASTY_TEXTS = """
A_b -a a- .a a..b *. a.* é % a:b a/b @
// /a//b /./a /a/./b /a/../b /a/.. /a/. /a%2fb /a%2Fb /a#b /a?b /%zz /é
1.5s 2d 172800s 1h1h1h1h1h s -5s 8MB 08Mi 8 1.5Mi -1
1.2.3.4 1.2.3.4/33 x1.2.3.4/8y 10.0.0.0/255.0.0.0 01.2.3.4/8 fe80::%1/64 1::2::3/8
ftp://a https://a/b Replace PathPrefix Exact RegularExpression Range Local None 1.0
""".split()  # noqa: SIM905 - see above
NASTY_TEXTS += ["", "a\n", "/a\n", "5s\n", "a b", "5s ", *("a" * count for count in (63, 64, 253, 254, 256, 257))]
NASTY_TEXTS += ["/" + "a" * 1023, "/" + "a" * 1024, "x" * 4096, "x" * 4097]
NUMBERS = [0, 1, 2, 5, 80, 100, 301, 302, 308, 404, 443, 503, 599, 1000, 65535, 65537, 1_000_000]
NASTY_NUMBERS = [-1, 0, 1, 99, 600, 65536, 1_000_001, 5_000_012, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63]


def _text(info: inspect.StrType) -> st.SearchStrategy[Json]:
    return st.sampled_from([text for text in [*TEXTS, ""] if _fits(info, text)])


def _fits(info: inspect.StrType, text: str) -> bool:
    return (
        (info.min_length or 0) <= len(text)
        and (info.max_length is None or len(text) <= info.max_length)
        and (info.pattern is None or re.search(info.pattern, text) is not None)
    )


def _number(info: inspect.IntType) -> st.SearchStrategy[Json]:
    low = -(10**9) if info.ge is None else info.ge
    high = 10**9 if info.le is None else info.le
    return st.sampled_from([number for number in NUMBERS if low <= number <= high])


def sound(info: inspect.Type) -> st.SearchStrategy[Json]:
    """Values that fit the type; the rules that no type states may well be broken."""
    match info:
        case inspect.StrType():
            return _text(info)
        case inspect.IntType():
            return _number(info)
        case inspect.BoolType():
            return st.booleans()
        case inspect.LiteralType():
            return st.sampled_from(list(info.values))
        case inspect.VarTupleType():
            least = info.min_length or 0
            return st.lists(sound(info.item_type), min_size=least, max_size=min(info.max_length or 3, max(least, 3)))
        case inspect.DictType():
            return st.dictionaries(sound(info.key_type), sound(info.value_type), max_size=2)
        case inspect.UnionType():
            return st.one_of([sound(option) for option in info.types])
        case inspect.StructType():
            return _struct(info)
        case _:
            raise TypeError(info)


def _choices(**values: list[Json]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({name: st.sampled_from(some) for name, some in values.items()})


# Most texts are neither a path nor a kind; without these hardly an object would pass.
_LIKELY = {
    "HTTPPathMatch": _choices(type=["Exact", "PathPrefix"], value=PATHS),
    "PolicyTargetReference": _choices(
        group=["gateway.networking.k8s.io"], kind=["Gateway", "Gateway", "HTTPRoute"], name=["a", "b", "c"]
    ),
    "BackendEndpoint": _choices(fqdn=[{"hostname": "a.b", "port": 80}, {"hostname": "c", "port": 0}]),
}


def _struct(info: inspect.StructType) -> st.SearchStrategy[Json]:
    likely = _LIKELY.get(info.cls.__name__)
    return _fields(info) if likely is None else st.one_of(likely, likely, likely, _fields(info))


def _fields(info: inspect.StructType) -> st.SearchStrategy[Json]:
    required = {field.encode_name: sound(field.type) for field in info.fields if field.required}
    optional = {field.encode_name: sound(field.type) for field in info.fields if not field.required}
    if info.tag_field:
        required[info.tag_field] = st.just(info.tag)
    return st.fixed_dictionaries(required, optional=optional)


def documents(kind: type[Manifest]) -> st.SearchStrategy[Json]:
    """Whole objects of ``kind`` with everything at random."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    spec = next(sound(field.type) for field in info.fields if field.name == "spec")
    metadata = {"name": "web", "namespace": "shop"}
    head = {"apiVersion": kind.KIND.api_version, "kind": kind.KIND.kind, "metadata": metadata}
    return spec.map(lambda below: head | {"spec": below})


def mutants(of: st.SearchStrategy[Json], most: int) -> st.SearchStrategy[Json]:
    """Documents ``of`` which up to ``most`` parts have been replaced by nonsense, multiplied or dropped."""
    return st.tuples(of, st.lists(_MUTATION, max_size=most)).map(_mutated)


_MUTATION = st.tuples(
    st.integers(min_value=0, max_value=10**6),
    st.one_of(
        st.sampled_from(NASTY_TEXTS).map(lambda text: ("replace", text)),
        st.sampled_from(NASTY_NUMBERS).map(lambda number: ("replace", number)),
        st.sampled_from([None, True, [], {}, 1.5]).map(lambda value: ("replace", value)),
        st.sampled_from([2, 6, 9, 17, 33, 65]).map(lambda times: ("repeat", times)),
        st.just(("drop", None)),
        st.just(("add", None)),
    ),
)


def _mutated(drawn: tuple[Json, list[tuple[int, tuple[str, Json]]]]) -> Json:
    document = copy.deepcopy(drawn[0])
    for seed, (how, value) in drawn[1]:
        places = list(_places(document["spec"]))
        if places:
            container, key = places[seed % len(places)]
            _mutate(container, key, how, value)
    return document


def _places(node: Json) -> Iterator[tuple[Json, Json]]:
    """Every container in ``node`` with every key of it."""
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, below in entries:
        yield node, key
        yield from _places(below)


def _mutate(container: Json, key: Json, how: str, value: Json) -> None:
    here = container[key]
    if how == "drop":
        del container[key]
    elif how == "repeat" and isinstance(here, list):
        container[key] = [copy.deepcopy(item) for item in here * value][:value]
    elif how == "add" and isinstance(here, dict):
        here["unheardOf"] = "x"
    elif how == "replace" and (type(here) is type(value) or not isinstance(here, str | int)):
        container[key] = value
    elif how == "replace":
        container[key] = value if isinstance(value, str) and isinstance(here, str) else here
