"""What debtors answer on their page instead of paying, in their own words, with their files.

Owns answers, their files, proposed contact data and one-time codes. Turns an answer into what the apps below know: a
promise, an arrangement, a dispute, a hold, a task. Refuses to know how a page looks or how a link was opened.
"""
