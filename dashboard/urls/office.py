"""Vandaag, the nights, policies, reports, settings, people."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
