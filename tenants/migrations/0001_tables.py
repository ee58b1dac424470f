import common.public_ids
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import tenants.context
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Tenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14, unique=True)),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='adres')),
                ('name', models.CharField(max_length=120, verbose_name='naam')),
                ('badge_colour', models.CharField(default='#1f6feb', max_length=7, verbose_name='kleur van het label')),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('last_planned_on', models.DateField(null=True)),
                ('last_run_completed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14, unique=True)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mailadres')),
                ('name', models.CharField(max_length=120, verbose_name='naam')),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('en', 'English')], default='nl', max_length=2, verbose_name='taal')),
                ('theme', models.CharField(choices=[('auto', 'zoals mijn computer'), ('light', 'licht'), ('dark', 'donker')], default='auto', max_length=5, verbose_name='weergave')),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='email_is_lower_case')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'eigenaar'), ('controller', 'controller'), ('bookkeeper', 'boekhouder'), ('accountant', 'accountant'), ('reader', 'lezer')], max_length=12, verbose_name='rol')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'user'), name='one_membership_per_user')],
            },
        ),
        migrations.CreateModel(
            name='Letterhead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('legal_name', models.CharField(max_length=120, verbose_name='juridische naam')),
                ('street', models.CharField(max_length=120, verbose_name='straat en huisnummer')),
                ('postcode', models.CharField(max_length=12, verbose_name='postcode')),
                ('city', models.CharField(max_length=80, verbose_name='plaats')),
                ('country', models.CharField(default='NL', max_length=2, verbose_name='land')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='telefoon')),
                ('email', models.EmailField(help_text='Afzender van mails en antwoordadres.', max_length=254, verbose_name='e-mailadres')),
                ('website', models.CharField(blank=True, max_length=120, verbose_name='website')),
                ('kvk', models.CharField(blank=True, max_length=8, verbose_name='KvK-nummer')),
                ('vat_number', models.CharField(blank=True, max_length=20, verbose_name='btw-nummer')),
                ('iban', models.CharField(max_length=34, verbose_name='IBAN')),
                ('bic', models.CharField(blank=True, max_length=11, verbose_name='BIC')),
                ('account_holder', models.CharField(max_length=70, verbose_name='rekening ten name van')),
                ('signed_by', models.CharField(blank=True, max_length=120, verbose_name='ondertekening')),
                ('colour', models.CharField(default='#1d3557', max_length=7, verbose_name='huiskleur')),
                ('logo', models.BinaryField(editable=True, null=True)),
                ('logo_type', models.CharField(blank=True, max_length=30)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='one_letterhead_per_tenant')],
            },
        ),
        migrations.CreateModel(
            name='ClosingDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='dag')),
                ('description', models.CharField(blank=True, max_length=80, verbose_name='omschrijving')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'day'), name='one_closing_day_per_day')],
            },
        ),
        migrations.CreateModel(
            name='Wakeup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queue', models.CharField(max_length=60)),
                ('due_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='wakeup_due')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'queue'), name='one_wakeup_per_queue')],
            },
        ),
    ]
