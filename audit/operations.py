"""Writing the log, inside the transaction of what it describes."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import connection

from audit.models import Entry
from audit.verbs import VERBS
from common.actor import Actor
from common.words import in_dutch
from tenants.context import current_tenant_id


class UnknownVerb(Exception):
    """A verb that is not in `audit.verbs`. Always a bug."""


def record(
    verb: str,
    *,
    by: Actor,
    kind: str,
    subject: Any = None,
    label: str = "",
    debtor_id: int | None = None,
    reason: str = "",
    **data: object,
) -> Entry:
    """Write that something happened to a subject (anything with a public id), by somebody, with what explains it.

    Amounts and dates in the data become text, so that they read back as they were.

    :raises UnknownVerb: if the verb is not in the list.
    """
    if verb not in VERBS:
        raise UnknownVerb(verb)
    return Entry.objects.create(
        at=by.at,
        actor_kind=by.kind,
        actor_ref=by.ref,
        actor_label=by.label[:120],
        verb=verb,
        subject_kind=kind,
        subject_id=getattr(subject, "public_id", ""),
        subject_label=(label or (in_dutch(subject) if subject is not None else ""))[:120],
        debtor_ref=debtor_id,
        reason=reason,
        data={name: _plain(value) for name, value in data.items()},
    )


def record_many(
    verb: str,
    *,
    by: Actor,
    kind: str,
    rows: Iterable[tuple[Any, int | None, Mapping[str, object]]],
    label: Callable[[Any], str] | None = None,
    reason: str = "",
) -> None:
    """Write the same verb for many subjects in one statement; each row is the subject, its debtor's id, its data.

    :raises UnknownVerb: if the verb is not in the list.
    """
    if verb not in VERBS:
        raise UnknownVerb(verb)
    Entry.objects.bulk_create(
        Entry(
            at=by.at,
            actor_kind=by.kind,
            actor_ref=by.ref,
            actor_label=by.label[:120],
            verb=verb,
            subject_kind=kind,
            subject_id=getattr(subject, "public_id", ""),
            subject_label=(label(subject) if label else in_dutch(subject))[:120],
            debtor_ref=debtor_id,
            reason=reason,
            data={name: _plain(value) for name, value in data.items()},
        )
        for subject, debtor_id, data in rows
    )


def record_from_query(verb: str, query: str, *, by: Actor, kind: str) -> int:
    """Write the same verb for every row of a query (public id, label, debtor's id, data as jsonb), in one statement.

    For bulk operations; the query is theirs and takes no parameters. Gives the number of entries.

    :raises UnknownVerb: if the verb is not in the list.
    """
    if verb not in VERBS:
        raise UnknownVerb(verb)
    with connection.cursor() as cursor:
        columns = (
            "tenant_id, at, actor_kind, actor_ref, actor_label, verb, subject_kind, reason,"
            " subject_id, subject_label, debtor_ref, data"
        )
        selected = f"SELECT %s, %s, %s, %s, %s, %s, %s, '', rows.* FROM ({query}) rows"  # noqa: S608 - ours, no input
        insert = f"INSERT INTO audit_entry ({columns}) {selected}"
        cursor.execute(insert, [current_tenant_id(), by.at, by.kind, by.ref, by.label[:120], verb, kind])
        return int(cursor.rowcount)


def _plain(value: object) -> object:
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
