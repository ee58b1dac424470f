#!/usr/bin/env bash
# Runs once, when the database container makes its data: the two roles and the database.
set -euo pipefail
psql -X -q -U postgres -d postgres \
  -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" -f /deploy/roles.sql
