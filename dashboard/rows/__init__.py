"""What templates print: frozen rows with the answers ready, made from what the apps give."""
