"""manage.py import_debtors --tenant bakkerij debiteuren.csv"""

from connectors.management.commands._import import ImportCommand


class Command(ImportCommand):
    help = "Import debtors from a CSV or XLSX file: all of them or none."
    kind = "debtors"
