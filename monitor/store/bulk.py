"""Many values and many rows in one go, since SQLAlchemy takes its time over each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, ColumnElement, Connection, Dialect, Table, Text, TypeDecorator, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine


class _Many(TypeDecorator[Any]):
    """Many values of a type as one parameter: JSON on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, of: type[TypeEngine[Any]]):
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the database takes."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.of))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The values as the database takes them."""
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class _Among(FunctionElement[bool]):
    inherit_cache = True
    type = NullType()  # type: ignore[assignment] # SQLAlchemy compares a Boolean with 1 on SQLite, which then reads no index


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: Any, **more: Any) -> str:
    of, values = (compiler.process(part, **more) for part in element.clauses)
    return f"{of} IN (SELECT value FROM json_each({values}))"


@compiles(_Among)
def _among_array(element: _Among, compiler: Any, **more: Any) -> str:
    of, values = (compiler.process(part, **more) for part in element.clauses)
    return f"{of} = ANY ({values})"


def among(of: Column[Any], name: str) -> ColumnElement[bool]:
    """The condition that a column is one of the many values that are given as the one parameter ``name``.

    Why: ``in_`` writes a mark for each, and the statement anew for every number of them.
    """
    return _Among(of, bindparam(name, type_=_Many(BigInteger if isinstance(of.type, BigInteger) else Text)))


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that name the same columns; a key that stands is an error. Types are minded as SQLAlchemy minds them."""
    if rows:
        kinds = _kinds(connection.dialect, table, tuple(rows[0]))
        values = [[row[name] for row in rows] if mend is None else [mend(row[name]) for row in rows] for name, mend in kinds]
        quote = connection.dialect.identifier_preparer.quote
        names = tuple(quote(name) for name, _ in kinds)
        pour(connection, names, into=quote(table.name), rows=list(zip(*values, strict=True)))


def pour(connection: Connection, columns: tuple[str, ...], *, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of what the driver takes: prepared once on SQLite, copied on PostgreSQL."""
    names = f"{into} ({', '.join(columns)})"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"INSERT INTO {names} VALUES ({', '.join('?' * len(columns))})", rows)
        return
    statement = f"COPY {names} FROM STDIN"
    try:
        with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(statement, None, error) from error


@lru_cache(maxsize=64)
def _kinds(dialect: Dialect, table: Table, names: tuple[str, ...]) -> list[tuple[str, Any]]:
    """The names of columns, each with what makes of a value one that the driver takes, if that is needed."""
    return [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
