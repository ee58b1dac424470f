import django.db.models.deletion
import tenants.context
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailySummary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('open_amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('overdue_amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('open_invoices', models.PositiveIntegerField()),
                ('overdue_invoices', models.PositiveIntegerField()),
                ('dso_days', models.DecimalField(decimal_places=1, max_digits=6, null=True)),
                ('tasks_open', models.PositiveIntegerField(default=0)),
                ('tasks_overdue', models.PositiveIntegerField(default=0)),
                ('notices_waiting', models.PositiveIntegerField(default=0)),
                ('run_state', models.CharField(blank=True, max_length=9)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'day'), name='one_summary_per_day')],
            },
        ),
    ]
