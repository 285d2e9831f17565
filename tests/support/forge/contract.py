"""GitHub's OpenAPI document (npm ``@octokit/openapi``): what a request must look like, and what an answer must."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

Json = Any
_WHERE = "urn:github"


class Operation:
    """One operation of the API, found for a request."""

    def __init__(self, contract: Contract, template: str, values: Mapping[str, str], told: Json) -> None:
        self.template = template
        self.values = values
        self._contract = contract
        self._told = told

    def wrong_request(self, query: str, body: Json | None) -> list[str]:
        """What is wrong with the query and the body."""
        parameters = {item["name"]: item for item in map(self._contract.resolved, self._told.get("parameters", []))}
        wrong = []
        for name, value in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)):
            known = parameters.get(name)
            if known is None or known["in"] != "query":
                wrong.append(f"there is no parameter {name}")
                continue
            kind = self._contract.resolved(known["schema"]).get("type")
            wrong += self._contract.errors(int(value) if kind == "integer" else value, known["schema"])
        if "requestBody" in self._told:
            schema = self._contract.resolved(self._told["requestBody"])["content"]["application/json"]["schema"]
            wrong += ["a body is missing"] if body is None else self._contract.errors(body, schema)
            properties = self._contract.resolved(schema).get("properties", {})
            if isinstance(body, dict) and properties:
                wrong += [f"the body has no property {name}" for name in body.keys() - properties.keys()]
        elif body is not None:
            wrong.append("there is no body")
        return wrong

    def wrong_response(self, status: int, body: Json) -> list[str]:
        """What is wrong with an answer; one with a status that the document does not know is not judged."""
        schema = self.response(status)
        return [] if schema is None else self._contract.errors(body, schema)

    def response(self, status: int) -> Json | None:
        """The schema of an answer."""
        found = self._told["responses"].get(str(status))
        if found is None:
            return None
        return self._contract.resolved(found).get("content", {}).get("application/json", {}).get("schema")

    def sample(self, status: int, values: Json) -> Json:
        """A whole answer: ``values``, and for everything else that is required the plainest value there is."""
        return self._contract.filled(self.response(status), values)


class Contract:
    """The document."""

    def __init__(self, path: Path) -> None:
        self._whole = json.loads(path.read_text(encoding="utf-8"))
        resource = DRAFT4.create_resource(self._whole)
        self._registry: Registry[Json] = Registry().with_resource(_WHERE, resource)
        self._paths = sorted(self._whole["paths"], key=lambda path: (path.count("{"), path))

    def find(self, method: str, path: str) -> Operation | None:
        """The operation that a request is for."""
        for template in self._paths:
            told = self._whole["paths"][template].get(method.lower())
            if told is None:
                continue
            found = _pattern(template).fullmatch(path)
            if found:
                values = {name: unquote(value) for name, value in found.groupdict().items()}
                return Operation(self, template, values, told)
        return None

    def resolved(self, value: Json) -> Json:
        """``value``, or what it refers to."""
        while "$ref" in value:
            found = self._whole
            for step in value["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            value = found
        return value

    def errors(self, value: Json, schema: Json) -> list[str]:
        """What is wrong with a value."""
        validator = OAS30Validator(_absolute(schema), registry=self._registry)
        return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]

    def filled(self, schema: Json, values: Json) -> Json:
        """``values`` with the plainest value for everything else that ``schema`` requires."""
        schema = self.resolved(schema)
        if values is not None and not isinstance(values, (dict, list)):
            return values
        if isinstance(values, list):
            return [self.filled(schema["items"], item) for item in values]
        parts = [self.resolved(part) for part in schema.get("allOf", [])]
        for choice in ("oneOf", "anyOf"):
            parts += [self.resolved(schema[choice][0])] if choice in schema else []
        if not isinstance(values, dict):
            return self._plainest(schema, parts)
        properties = {name: item for part in (*parts, schema) for name, item in part.get("properties", {}).items()}
        required = [name for part in (*parts, schema) for name in part.get("required", [])]
        return {
            name: self.filled(properties[name], values.get(name)) if name in properties else values[name]
            for name in dict.fromkeys((*required, *values))
            if values.get(name, ...) is not None or name in required
        }

    def _plainest(self, schema: Json, parts: list[Json]) -> Json:
        # Beside a choice, "nullable" says nothing that a validator would follow.
        if schema.get("nullable") and not parts:
            return None
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type") or ("object" if "properties" in schema else "")
        if kind == "object" or (not kind and any("properties" in part for part in parts)):
            return self.filled(schema, {})
        if not kind and parts:
            return self.filled(parts[0], None)
        if kind == "string":
            return _TEXTS.get(schema.get("format", ""), "x")
        return {"integer": schema.get("minimum", 0), "number": 0, "boolean": False, "array": []}.get(kind)


_TEXTS = {"uri": "https://forge.example/x", "date-time": "2020-01-01T00:00:00Z", "email": "a@forge.example"}


def _absolute(schema: Json) -> Json:
    """References into the document, from outside of it."""
    text = json.dumps(schema)
    return json.loads(text.replace('"$ref": "#/', f'"$ref": "{_WHERE}#/'))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    # Two parameters take slashes: the name of a branch is one.
    parts = re.split(r"\{(\w+)\}", template)
    made = "".join(
        re.escape(part) if index % 2 == 0 else f"(?P<{part}>{'.+' if part in ('ref', 'basehead') else '[^/]+'})"
        for index, part in enumerate(parts)
    )
    return re.compile(made)
