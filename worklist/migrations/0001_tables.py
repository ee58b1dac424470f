import common.public_ids
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.context
import tenants.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('debtors', '0001_tables'),
        ('tenants', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('kind', models.CharField(choices=[('call', 'bellen'), ('broken_promise', 'belofte niet nagekomen'), ('second_promise', 'tweede belofte beoordelen'), ('no_address', 'adres ontbreekt of werkt niet'), ('bounce', 'bericht niet bezorgd'), ('allocate_credit', 'tegoed verrekenen'), ('small_rest', 'klein restant afboeken'), ('dispute_deadline', 'geschil: antwoord te laat'), ('end_of_ladder', 'einde van de ladder: beslissen'), ('handoff', 'overdracht beoordelen'), ('in_doubt', 'onzeker of het bericht weg is'), ('reopened', 'betaling teruggedraaid'), ('rate_missing', 'rentepercentage bevestigen'), ('decision_failed', 'beslissing mislukt'), ('consumer_terms', 'vraag over algemene voorwaarden beantwoorden'), ('free', 'taak')], max_length=20, verbose_name='soort')),
                ('subject_kind', models.CharField(max_length=20)),
                ('subject_id', models.CharField(blank=True, max_length=20)),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='taak')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='bedrag')),
                ('due_on', models.DateField(verbose_name='uiterlijk')),
                ('snoozed_until', models.DateField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.CharField(blank=True, max_length=120)),
                ('outcome', models.CharField(blank=True, max_length=200, verbose_name='uitkomst')),
                ('note', models.TextField(blank=True, verbose_name='notitie')),
                ('debtor', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='debtors.debtor')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['tenant', 'due_on'], name='task_open_by_day')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_task_per_public_id'), models.UniqueConstraint(condition=models.Q(('done_at', None), models.Q(('kind', 'free'), _negated=True)), fields=('tenant', 'kind', 'subject_kind', 'subject_id'), name='one_open_task_per_subject')],
            },
        ),
    ]
