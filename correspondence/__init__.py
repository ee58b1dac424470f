"""Letters and e-mails: frozen, queued, delivered, and what came back.

Owns: documents as they went out (bytes and hash), the outbox with its states, delivery attempts, the print batches of
letters, rendering to HTML, text and PDF, the sender of a tenant's mail.
Refuses to know: why a message is sent. Whether it still may be is asked of a guard that a higher app registers.
"""
