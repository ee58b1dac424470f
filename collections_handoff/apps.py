from django.apps import AppConfig


class CollectionsHandoffConfig(AppConfig):
    name = "collections_handoff"

    def ready(self) -> None:
        from collections_handoff import receivers  # noqa: F401
