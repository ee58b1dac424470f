"""Debtors, invoices, money, tasks, messages, post, dossiers, imports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
