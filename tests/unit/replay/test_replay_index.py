"""The index finds the places that a walk over all of them would find, and takes no minutes for thousands."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from gatelift.replay.answers.coverage import coverage
from gatelift.replay.requests.derive import derive, informed
from gatelift.traffic.model import Answer, Request, Seen
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.place import PathKind, Place, fits, host_fits, path_of

_HOSTS = ["", "a.b.c", "B.c", "b.c", "*.b.c", "*.c", "c", "*.", "*", ".c", "a..c", "*.C"]
_PATHS = ["", "/", "/a", "/a/", "/a//", "/a/b", "/a/b/c", "/ab", "//", "a"]
_PLACES = st.builds(
    Place,
    name=st.just("x"),
    host=st.sampled_from(_HOSTS),
    path=st.sampled_from([*_PATHS, "/a|/b", r"/(a)\1"]),
    kind=st.sampled_from(PathKind),
    schemes=st.sampled_from([("http",), ("http", "https")]),
)


@given(st.lists(_PLACES, max_size=12), st.sampled_from([*_HOSTS, "x.a.b.c"]), st.sampled_from(_PATHS))
def test_nothing_that_fits_is_overlooked(places: list[Place], host: str, target: str) -> None:
    request = Request(host=host, target=target)
    near = Index(places).near(host, path_of(target))

    for perhaps in (False, True):
        walked = [place for place in places if fits(place, request, perhaps=perhaps)]
        assert [place for place in near if fits(place, request, perhaps=perhaps)] == walked
    assert Index(places).serves(host) is any(host_fits(place.host, host) for place in places)
    assert Index(places).serves(host, named=True) is any(host_fits(place.host, host) for place in places if place.host)


def test_thousands_of_places_take_seconds() -> None:
    places = [
        Place(name=str(number), host=f"h{number % 3}.example.com", path=f"/p{number}", backends=(("s", 1),))
        for number in range(4000)
    ]
    hosts = [Place(name=str(number), host=f"n{number}.example.com") for number in range(3000)]
    began = time.process_time()

    made = informed([*places, *hosts], [*places, *hosts])
    requests = derive(made, 2000, 1).requests
    reached = Answer(status=200, seen=Seen(backend="s", method="GET", target="/"))
    found = coverage(made, dict.fromkeys(requests, reached))

    assert found.hit > 1000
    assert time.process_time() - began < 8
