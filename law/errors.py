"""The shape of a refusal by law: a stable code for machines and the values in it.

`common.errors.DomainError` needs Django for its sentence; the app that calls `law` translates by `code`.
"""

from typing import ClassVar


class RefusedByLaw(Exception):
    """Something the law does not allow, or knows no number for. Subclasses live beside the rule that raises them."""

    code: ClassVar[str] = "refused_by_law"

    def __init__(self, **values: object) -> None:
        self.values = values
        shown = ", ".join(f"{name}={value}" for name, value in values.items())
        super().__init__(f"{self.code}: {shown}" if shown else self.code)
