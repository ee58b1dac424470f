"""Mail leaves by SMTP or by a provider (django-anymail), and what came back arrives by webhook."""
