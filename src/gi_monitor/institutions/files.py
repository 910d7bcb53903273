"""Reading an institution file: YAML that says nothing twice, and its problems in words that help to mend them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from gi_monitor.institutions.dialect import StrictModel

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


_SENTENCES = {
    "missing": "is missing: add it",
    "extra_forbidden": "is not a field of this part",
    "string_type": "should be text: write it between quotes",
    "union_tag_not_found": "{discriminator} is missing: say which one",
    "union_tag_invalid": "{discriminator} is {tag}; it should be one of {expected_tags}",
    "value_error": "{error}",
}


class _Loader(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error instead of the last one winning in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        for number, (key, _) in enumerate(node.value):
            if names[number] in names[:number]:
                raise yaml.constructor.ConstructorError(None, None, f"{names[number]} stands twice", key.start_mark)
        return super().construct_mapping(node, deep)


def parse(text: str) -> Any:
    """The content of an institution file. Raises yaml.YAMLError."""
    return yaml.load(text, _Loader)


def problems(error: ValidationError, content: object) -> Iterator[str]:
    """One line per problem: the dotted path of the field, what is wrong and what to do."""
    for problem in error.errors():
        field = ".".join(_path(problem["loc"], content))
        yield f"{field}: {_words(problem)}" if field else _words(problem)


def _path(location: Sequence[int | str], content: Any) -> Iterator[str]:
    """The location as it stands in the file: without the names of the formats between which pydantic chose."""
    for number, step in enumerate(location, start=1):
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            if number < len(location) or step == "[key]":
                continue
        yield str(step)


def _words(problem: ErrorDetails) -> str:
    if problem["type"] not in _SENTENCES:
        return problem["msg"]
    words = _SENTENCES[problem["type"]].format_map(problem.get("ctx", {}))
    if problem["type"] == "extra_forbidden":
        words += suggestion(str(problem["loc"][-1]), _fields(StrictModel))
    return words


def suggestion(name: str, known: Sequence[str]) -> str:
    """`; did you mean …?`, or nothing when no known name is near."""
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _fields(model: type[StrictModel]) -> list[str]:
    return [*model.model_fields, *(name for part in model.__subclasses__() for name in _fields(part))]
