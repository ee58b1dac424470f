"""Tasks for people: who should do what, before when, and what came of it.

Owns: tasks, one open one per kind and subject, with owner, day, snooze and outcome.
Refuses to know: what the subject is; it is named by kind and public id, and higher apps add and finish tasks.
"""
