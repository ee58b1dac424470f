"""HTML for the people of our customers: bookkeepers, controllers, owners.

Owns: pages, forms, rows for templates, the demo.
Refuses to know: any rule. A view gets an object, binds a form, calls one operation and answers.
"""
