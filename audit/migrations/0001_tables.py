import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.context
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('actor_kind', models.CharField(max_length=6)),
                ('actor_ref', models.CharField(blank=True, max_length=20)),
                ('actor_label', models.CharField(blank=True, max_length=120)),
                ('verb', models.CharField(max_length=50)),
                ('subject_kind', models.CharField(max_length=20)),
                ('subject_id', models.CharField(blank=True, max_length=20)),
                ('subject_label', models.CharField(blank=True, max_length=120)),
                ('debtor_ref', models.BigIntegerField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['tenant', 'at'], name='audit_by_time'), models.Index(fields=['tenant', 'debtor_ref', 'at'], name='audit_by_debtor'), models.Index(fields=['tenant', 'subject_kind', 'subject_id'], name='audit_by_subject')],
            },
        ),
    ]
