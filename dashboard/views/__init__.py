"""Pages: a view gets an object, binds a form, calls one operation and answers."""
