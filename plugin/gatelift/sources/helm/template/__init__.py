"""Go-templated YAML read without evaluating it, with the span of everything.

In layers, each of which needs only those before it: tokens (``lexer``), the tree of actions as Go's ``text/template``
has it (``parse``, ``pipelines``, ``nodes``), lines as they come out once trim markers did their work (``atoms``,
``lines``), the YAML that these lines make (``skeleton``, ``build``, ``shape``, ``find``), and what ``.`` and variables
stand for at a place (``scope``).

Spans are character offsets into ``Source.text``, as everywhere in gatelift, so that ``text.edits`` can splice them;
``Source.place`` makes lines and columns of them. Nothing here raises for a template that is wrong or strange: what
cannot be read is a :class:`~gatelift.sources.helm.template.problems.Problem`.
"""
