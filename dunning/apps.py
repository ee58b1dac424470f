from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "dunning"

    def ready(self) -> None:
        from correspondence import arranged_content, files
        from correspondence import guards as outbox_guards
        from dunning import guards, not_collected, receivers  # noqa: F401
        from dunning.operations import instalments
        from invoices import queries as invoice_queries
        from payments import objections

        outbox_guards.register("notice", guards.still_owed)
        objections.register(not_collected.objections)
        for kind in arranged_content.Kind:
            outbox_guards.register(kind.value, instalments.still_to_say)
        files.register("invoice_attachment", invoice_queries.attachment_content)
