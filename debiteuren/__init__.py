"""The Django project: settings, URLs, the Celery app. Wires everything and is imported by nobody."""

from debiteuren.celery import app as celery_app

__all__ = ("celery_app",)
