"""The page of a debtor: what he owes and why, paying it, and everything that he may answer.

Owns: the addresses under /betalen/, their words in four languages, and who may come: whoever holds the link.
Refuses to know: any rule. A view gets what its link shows, binds a form, calls one operation and answers. Nothing here
asks for a login, and no page of the staff is reached from here.
"""
