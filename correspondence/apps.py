from django.apps import AppConfig
from django.core.checks import register


class CorrespondenceConfig(AppConfig):
    name = "correspondence"

    def ready(self) -> None:
        from correspondence import receivers  # noqa: F401
        from correspondence.rendering.checks import harfbuzz_subset_is_there

        register(harfbuzz_subset_is_there)
