"""The triggers that keep balances equal to the sum of their rows."""

from django.db import migrations

from payments import triggers


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_walls")]

    operations = [migrations.RunSQL(triggers.FORWARDS, triggers.BACKWARDS)]
