"""What a plan is made from: a tree, settings, and the few functions that reach outside."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gatelift.findings import Finding
from gatelift.plan.building import Known, Render
from gatelift.plan.charts.building import RenderCharts
from gatelift.plan.survey import Find
from gatelift.repository.tree import Tree
from gatelift.sources.worlds import Settings


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that planning needs. The same request gives the same plan."""

    tree: Tree
    settings: Settings
    find: Find
    render: Render
    render_charts: RenderCharts
    offered: tuple[Finding, ...] = ()
    """What was said of controllers that the repository describes (``offered.py``)."""
    raise_versions: bool = False
    """Whether the version of every chart that is rewritten is raised by one."""
    known: Known = msgspec.field(default_factory=dict)
    """What was built so far: what is replayed or held against models is what was proved."""
    tell: Callable[[str], None] = lambda step: None
    """Told what is begun, in a word or two, for whoever watches."""
