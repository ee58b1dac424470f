"""Letters, mails and print batches out of frozen contents.

The ways in: `letters.render_letter`, `mails.render_mail`, `batches.render_batch`. For the start of a worker there is
`process.prepare_worker`, for that of Django `checks.harfbuzz_subset_is_there`.
"""
