"""A local stand-in for gov.br's Login Único, written from its public contract and nothing else.

It imports nothing of the project: it shares no code with the relying party, so that one mistake
cannot hide another. It keeps made-up people only and refuses gov.br's own host names.
"""
