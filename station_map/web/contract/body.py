"""Reading what is sent to be stored: a JSON object or the fields of a form.

The same parameters as in a query, with the same words when one is refused. A field's value
may be a text, a number or, where a parameter takes several codes, a list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, NoReturn

from station_map.web.contract.parameters import Entry, Refused, RefusedQuery, entry
from station_map.web.contract.reading import Contract

_MOST_ERRORS: Final = 20
_LONGEST_FIELD: Final = 64  # characters of an unknown field's name that are told back


class BodyContract(Contract):
    """The fields that one route takes in its body; refuses like `Contract`."""

    def read_json(self, raw: bytes) -> dict[str, Any]:
        """Values by field name out of a JSON object; null and [] count as not given.

        Raises RefusedQuery with every fault found.
        """
        given = json_object(raw)
        return self.read_pairs(
            (name, value) for name, value in given.items() if value is not None and value != []
        )

    def read_pairs(self, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        """Values by field name; fields that are empty texts count as given.

        Raises RefusedQuery with every fault found.
        """
        values: dict[str, Any] = {}
        errors: list[Entry] = []
        for name, given in pairs:
            parameter = self._by_name.get(name)
            if parameter is None:
                errors.append(self._unknown(_whole(name[:_LONGEST_FIELD])))
                continue
            try:
                text = _as_text(given, parameter.schema.get("type"))
                values[name] = parameter.parse(text) if name not in values else _again()
            except Refused as refusal:
                told_back = _whole(given) if isinstance(given, str) else None
                errors.append(entry(parameter, refusal, told_back))
        for parameter in self._required:
            if parameter.name not in values:
                self._miss(parameter, errors)
        if errors:
            raise RefusedQuery([_as_field(error) for error in errors[:_MOST_ERRORS]])
        return values

    def refuse(
        self, name: str, message: str, message_zh: str, given: str | None = None
    ) -> NoReturn:
        """Raise the refusal of one field after reading, in the same form."""
        raise RefusedQuery([_as_field(entry(self[name], Refused(message, message_zh), given))])


def json_object(raw: bytes) -> dict[str, Any]:
    """The JSON object. Raises RefusedQuery for anything else."""
    try:
        given = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        _refuse_body("is not JSON in UTF-8", "不是 UTF-8 编码的 JSON")
    if not isinstance(given, dict):
        _refuse_body("is not a JSON object", "不是 JSON 对象")
    return given


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _whole(text: str) -> str:
    """`text` without halves of signs, which JSON can hold and UTF-8 can not."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _as_text(value: Any, kind: Any) -> str:
    """A JSON value as a parser reads it; kind: the type that the field's schema names."""
    if isinstance(value, str):
        if _whole(value) != value:
            raise Refused("is not valid Unicode", "不是有效的文字")
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and kind != "string":
        if isinstance(value, float) and value.is_integer():
            return str(int(value))  # JSON knows one kind of number: 12.0 is 12
        return repr(value)
    raise Refused("is of a wrong type", "类型不对")


def _again() -> NoReturn:
    raise Refused("given more than once", "给了不止一次")


def _as_field(told: Entry) -> Entry:
    """The example as a member of a JSON object instead of a piece of a query."""
    name, _, example = told.example.partition("=")
    return replace(told, example=f'"{name}": {json.dumps(example, ensure_ascii=False)}')


def _refuse_body(message: str, message_zh: str) -> NoReturn:
    told: Mapping[str, str] = {"allowed": "a JSON object", "example": '{"kind": "locked"}'}
    raise RefusedQuery([Entry(parameter="(body)", message=message, message_zh=message_zh, **told)])
