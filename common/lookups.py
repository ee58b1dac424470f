"""`field__among=[…]`: as `__in`, for thousands of numbers or texts: one array goes to the database, as it is."""

from typing import Any

from django.db.models import Field, ForeignObject, Lookup


@ForeignObject.register_lookup  # by the id: `invoice__among`
@Field.register_lookup
class Among(Lookup):
    """`column = ANY (array)`. The values are what the column holds; nothing is converted."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*params, list(self.rhs))
