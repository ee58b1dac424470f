"""What developers and bin/ run: nothing in here is imported by the product."""
