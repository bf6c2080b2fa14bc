"""The setup file's pydantic models, made from the rows of `schema`.

Pydantic's errors are returned as `Mistake`s, each with its place; `check` adds keys, lines and wording. Importing
pydantic is slow: this module is imported only where a file or a change is checked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache, partial
from typing import Annotated, Any, Literal, NamedTuple

import pydantic

from posexport.ledgers.registry import list_targets
from posexport.setup.schema import FILE, TABLES, Field, Fields, Place, describe_row, find_row
from posexport.setup.values import PRODUCT, Kind, Wrong, kind_of
from posexport.texts.language import Lang

_EXPECTED = {"list": "a list", "accounts": "a table of accounts"}
"""What a key of several values is to be."""


class Mistake(NamedTuple):
    """A value that pydantic refuses, and where: an unknown key (`row` is None), a missing key (`wrong` is None), or a
    wrong value."""

    place: Place
    key: str
    row: Field | None
    wrong: Wrong | None


class Read(NamedTuple):
    """The valid values of a parsed setup file, as documents have them; and the mistakes."""

    values: dict[str, Any]
    mistakes: tuple[Mistake, ...]


def read_values(raw: Mapping[str, Any]) -> Read:
    """The values of a parsed setup file by the schema. Mistakes do not keep the rest from being read."""
    try:
        return Read(_read(raw, is_whole=True), ())
    except pydantic.ValidationError as refused:
        mistakes = tuple(_understand(error, raw) for error in refused.errors(include_url=False))
    wrong = {mistake.place for mistake in mistakes if mistake.row is None or mistake.wrong is not None}
    return Read(_read(_leave_out(raw, wrong), is_whole=False), mistakes)


def _read(raw: Mapping[str, Any], *, is_whole: bool) -> dict[str, Any]:
    model = _make_model(is_whole=is_whole, targets=list_targets())
    read = model.model_validate(_as_lists(FILE, raw)).model_dump(exclude_unset=True)
    return dict(_as_written(FILE, read, raw))


def _as_lists(fields: Fields, raw: Any) -> Any:
    """The same with a list of tables wherever there may be one per `valid_from`."""
    if not isinstance(raw, Mapping):
        return raw
    lists = dict(raw)
    for name in raw.keys() & fields.keys():
        row, value = fields[name], raw[name]
        if row.shape == "dated" and isinstance(value, Mapping):
            lists[name] = [value]
        elif row.shape == "rows" and isinstance(value, list):
            lists[name] = [_as_lists(row.fields or {}, table) for table in value]
    return lists


def _as_written(fields: Fields, read: Mapping[str, Any], raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values read, with a single table where a single one was written."""
    written = dict(read)
    for name in read.keys() & fields.keys():
        row, value = fields[name], read[name]
        if row.shape == "dated" and isinstance(raw[name], Mapping):
            [written[name]] = value
        elif row.shape == "rows":
            tables = zip(value, raw[name], strict=True)
            written[name] = [_as_written(row.fields or {}, table, of_raw) for table, of_raw in tables]
    return written


def _place_in(raw: Any, loc: Place) -> Place:
    """A place within what was written: a table that is not in a list has no index there."""
    place: list[str | int] = []
    for part in loc:
        if isinstance(part, int) and isinstance(raw, Mapping):
            continue
        place.append(part)
        if isinstance(raw, list):
            raw = raw[part] if isinstance(part, int) and part < len(raw) else None
        else:
            raw = raw.get(part) if isinstance(raw, Mapping) else None
    return tuple(place)


def _understand(error: Mapping[str, Any], raw: Mapping[str, Any]) -> Mistake:
    """A mistake from a pydantic error, with a place that leads to the list element, or accounts key, concerned."""
    loc = _place_in(raw, error["loc"])
    row, length = find_row(loc)
    place, key = loc[: length + 1], str(loc[length - 1])
    if row is None or error["type"] == "missing":
        return Mistake(place, key, row, None)
    if error["type"] == "value_error":
        return Mistake(place, key, row, error["ctx"]["error"])
    if row.shape in _EXPECTED and len(place) == length:
        expected = "a table of products" if row.kind is PRODUCT else _EXPECTED[row.shape]
        return Mistake(place, key, row, Wrong(f"is {kind_of(error['input'])}; expected {expected}"))
    kind = row.key if len(loc) > length + 1 else row.kind
    return Mistake(place, key, row, kind.tell(error["input"]))


def _leave_out(value: Any, places: Collection[Place], at: Place = ()) -> Any:
    """What was written, without the values at these places."""
    if isinstance(value, Mapping):
        return {key: _leave_out(one, places, (*at, key)) for key, one in value.items() if (*at, key) not in places}
    if isinstance(value, list):
        return [_leave_out(one, places, (*at, n)) for n, one in enumerate(value) if (*at, n) not in places]
    return value


def format_schema(lang: Lang = "en") -> dict[str, Any]:
    """The JSON schema of the setup file, for editors, with descriptions in one language."""
    schema = _Maker(is_whole=True, lang=lang, is_as_written=True).make_table(FILE).model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


# ---- models ----


@cache
def _make_model(*, is_whole: bool, targets: tuple[str, ...]) -> type[pydantic.BaseModel]:  # noqa: ARG001
    """The model of a whole file; cached per `targets`."""
    return _Maker(is_whole=is_whole).make_table(FILE)


class _Maker:
    """Makes the model of each table once. Not `is_whole`: no key is required. `is_as_written`: what may be one table or
    several may be either, as in a file; otherwise it is always a list."""

    def __init__(self, *, is_whole: bool, lang: Lang = "en", is_as_written: bool = False) -> None:
        self.is_whole = is_whole
        self.lang = lang
        self.is_as_written = is_as_written
        self.made: dict[int, type[pydantic.BaseModel]] = {}
        self.titles = {id(row.fields): row.example.strip("[]") for row in TABLES}

    def make_table(self, fields: Fields) -> type[pydantic.BaseModel]:
        """The model of a table: its keys and no others."""
        if id(fields) not in self.made:
            title = self.titles.get(id(fields), "posexport setup")
            keys: dict[str, Any] = {
                name: (self._make_type(row), self._describe(name, row)) for name, row in fields.items()
            }
            config = pydantic.ConfigDict(extra="forbid", title=title)
            self.made[id(fields)] = pydantic.create_model(title.replace(".", "_"), __config__=config, **keys)
        return self.made[id(fields)]

    def _describe(self, name: str, row: Field) -> Any:
        """A key's pydantic field: default, description, example."""
        required = row.required and self.is_whole
        told = partial(_describe_for_editors, row, self.lang)
        return pydantic.Field(... if required else row.default, title=name, json_schema_extra=told)

    def _make_type(self, row: Field) -> Any:
        value: Any = _make_value(row.kind) if row.fields is None else self.make_table(row.fields)
        match row.shape:
            case "list":
                return Annotated[list[value], pydantic.AfterValidator(_once)]
            case "accounts":
                return dict[_make_value(row.key), value]  # type: ignore[misc]
            case "table":
                return Annotated[value, pydantic.BeforeValidator(_require_table)]
            case "dated" if self.is_as_written:
                return value | list[value]
            case "rows" | "dated":
                return Annotated[list[value], pydantic.BeforeValidator(_require_rows)]
            case _:
                return value


def _make_value(kind: Kind) -> Any:
    """The type of one value."""
    limits = pydantic.Field(strict=True, pattern=kind.pattern, ge=kind.least, le=kind.most)
    made: Any = Literal[kind.choices()] if kind.choices else Annotated[kind.type, limits]
    if kind.unquoted is not None:
        made = Annotated[made, pydantic.BeforeValidator(kind.unquoted)]
    if kind.read is not None:
        made = Annotated[made, pydantic.AfterValidator(kind.read)]
    return made if kind.json is None else Annotated[made, pydantic.WithJsonSchema(kind.json)]


def _once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _require_table(value: object) -> object:
    if not isinstance(value, dict):
        raise Wrong(f"is {kind_of(value)}")
    return value


def _require_rows(value: object) -> object:
    """A list of tables; raises `Wrong` where one of them is no table."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Wrong(f"is {kind_of(value)}")
    return value


def _describe_for_editors(row: Field, lang: Lang, schema: dict[str, Any]) -> None:
    """Add to a key's JSON schema what an editor shows; a default of None is left out."""
    if not schema.get("default", True) and not isinstance(schema["default"], bool | int):
        del schema["default"]
    schema["description"] = describe_row(row, lang)
    if row.fields is None:
        example = tomllib.loads(f"key = {row.example}")["key"]
        schema["examples"] = [example.isoformat() if isinstance(example, date) else example]
