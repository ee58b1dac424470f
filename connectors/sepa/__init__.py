"""Files for the bank: collections (pain.008) and payments (pain.001)."""
