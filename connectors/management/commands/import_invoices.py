"""manage.py import_invoices --tenant bakkerij facturen.csv (or .xlsx, .xml, .zip)"""

from connectors.management.commands._import import ImportCommand


class Command(ImportCommand):
    help = "Import invoices and credit notes from CSV, XLSX, UBL, or a ZIP of UBL files: all of them or none."
    kind = "invoices"
