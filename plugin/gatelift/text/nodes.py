"""Composing one document into PyYAML nodes with exact marks, whatever the document holds.

libyaml's marks count characters from the start of the chunk; add ``Document.start`` for offsets into ``Source.text``.
"""

from __future__ import annotations

import re

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError
from yaml._yaml import CParser
from yaml.composer import Composer, ComposerError
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from gatelift.findings import InputError
from gatelift.text.diagnose import explain
from gatelift.text.documents import Document
from gatelift.text.scalars import TAG_PREFIX, key_text, resolve_plain, resolve_tagged
from gatelift.text.source import BREAKS, Source

#: Levels of nesting that a document may have. Kubernetes objects stay below 30.
MAX_DEPTH = 200

# The C composer recurses without a limit and overflows a thread's stack at a few thousand levels. A document with
# fewer brackets than this, and less indentation, cannot nest deeply enough; any other has its events counted first.
_SAFE_BRACKETS = 300
_DEEP_INDENTATION = re.compile(rf"(?:(?<=[{BREAKS}])|\A)[ \t?:-]{{64}}")
_MERGE_TAG = TAG_PREFIX + "merge"


class _Parser(CParser):
    """libyaml's parser without tag resolution: a node without an explicit tag has the tag ''."""

    def descend_resolver(self, parent: object, index: object) -> None: ...

    def ascend_resolver(self) -> None: ...

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        return ""


class _RepeatedAnchors(Composer, _Parser):
    """Composes documents that define an anchor again, which YAML and go-yaml allow and PyYAML's composers do not."""

    def __init__(self, text: str) -> None:
        _Parser.__init__(self, text)
        Composer.__init__(self)

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if not self.check_event(AliasEvent):
            self.anchors.pop(getattr(self.peek_event(), "anchor", None), None)
        return super().compose_node(parent, index)


def compose(source: Source, document: Document) -> Node | None:
    """The root node of a document; None where there is none.

    Raises :class:`InputError` for text that is not YAML (``input/yaml``, ``input/tab``, ``input/template``) and for
    nesting deeper than :data:`MAX_DEPTH` (``input/depth``).
    """
    if document.empty:
        return None
    chunk = document.chunk(source)
    try:
        if _may_be_deep(chunk):
            _count_levels(chunk, source, document)
        return _compose(_Parser(chunk))
    except ComposerError as error:
        if "duplicate anchor" not in str(error):
            raise explain(error, source, document) from None
    except YAMLError as error:
        raise explain(error, source, document) from None
    return _compose_again(chunk, source, document)


def too_deep(source: Source, offset: int) -> InputError:
    """The finding for nesting beyond :data:`MAX_DEPTH`."""
    message = f"The values here are nested more than {MAX_DEPTH} levels deep."
    return source.error(offset, "input/depth", message, "Remove the nesting; no Kubernetes object needs it.")


def key_of(node: Node) -> str | None:
    """The key that a node stands for in a mapping; None if JSON cannot have it. Merge keys are no keys: test first."""
    if not isinstance(node, ScalarNode):
        return None
    if not node.tag:
        return node.value if node.style else key_text(resolve_plain(node.value))
    try:
        return key_text(resolve_tagged(node.tag, node.value))
    except ValueError:
        return None


def is_merge(node: Node) -> bool:
    """Whether a key is ``<<`` (https://yaml.org/type/merge.html), which is not so in quotes."""
    if not isinstance(node, ScalarNode) or node.value != "<<":
        return False
    return node.tag == _MERGE_TAG or (not node.tag and not node.style)


def merged(node: Node) -> list[MappingNode] | None:
    """The mappings that the value of a merge key names, the strongest first; None if it names anything else."""
    if isinstance(node, MappingNode):
        return [node]
    if not isinstance(node, SequenceNode):
        return None
    mappings = [item for item in node.value if isinstance(item, MappingNode)]
    return mappings if len(mappings) == len(node.value) else None


def _compose(parser: _Parser) -> Node | None:
    try:
        return parser.get_single_node()
    finally:
        parser.dispose()


def _compose_again(chunk: str, source: Source, document: Document) -> Node | None:
    """Composes a document that defines an anchor again, several times slower."""
    try:
        _count_levels(chunk, source, document)
        return _compose(_RepeatedAnchors(chunk))
    except YAMLError as error:
        raise explain(error, source, document) from None
    except RecursionError:
        raise too_deep(source, document.body_start) from None


def _may_be_deep(chunk: str) -> bool:
    return chunk.count("[") + chunk.count("{") > _SAFE_BRACKETS or _DEEP_INDENTATION.search(chunk) is not None


def _count_levels(chunk: str, source: Source, document: Document) -> None:
    parser = _Parser(chunk)
    depth = 0
    try:
        while (event := parser.get_event()) is not None:
            if isinstance(event, CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH and event.start_mark is not None:
                    raise too_deep(source, document.start + event.start_mark.index)
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
    finally:
        parser.dispose()
