import common.public_ids
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
            name='ColumnMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('debtors', 'debiteuren'), ('invoices', 'facturen en creditnota’s')], max_length=8)),
                ('header', models.CharField(max_length=120)),
                ('field', models.CharField(blank=True, max_length=40)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'kind', 'header'), name='one_mapping_per_header')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('kind', models.CharField(choices=[('debtors', 'debiteuren'), ('invoices', 'facturen en creditnota’s')], max_length=8)),
                ('filename', models.CharField(max_length=200)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('mapping', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('read', 'bekeken'), ('waiting', 'wordt ingelezen'), ('imported', 'ingelezen'), ('failed', 'niet ingelezen'), ('discarded', 'weggegooid')], default='read', max_length=9)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('result', models.JSONField(default=dict)),
                ('uploaded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('uploaded_by', models.CharField(max_length=120)),
                ('uploaded_by_ref', models.CharField(blank=True, max_length=20)),
                ('imported_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['tenant', 'uploaded_at'], name='upload_by_time')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_upload_per_public_id')],
            },
        ),
    ]
