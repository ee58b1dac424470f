from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "dunning"

    def ready(self) -> None:
        from correspondence import files
        from correspondence import guards as outbox_guards
        from dunning import guards, receivers  # noqa: F401
        from invoices import queries as invoice_queries

        outbox_guards.register("notice", guards.still_owed)
        files.register("invoice_attachment", invoice_queries.attachment_content)
