from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from correspondence import guards
        from payments import receivers  # noqa: F401
        from payments.operations import announcing, dropping

        guards.register(dropping.ABOUT, announcing.still_collected)
