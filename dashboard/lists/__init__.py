"""The long lists: statements that stay quick with a hundred thousand debtors and a million invoices."""
