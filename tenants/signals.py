"""What happened to tenants and memberships, for apps above. Same transaction."""

from django.dispatch import Signal

tenant_created = Signal()  # tenant, by
membership_changed = Signal()  # membership, was (role, "" when new), by, removed
settings_changed = Signal()  # about (what was set), fields, was, now, by; inside the tenant
second_look_changed = Signal()  # look (asked, approved, refused or withdrawn), by
