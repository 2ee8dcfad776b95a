"""gov.br's Login Único, seen by a relying party.

A simulator for machines that cannot reach gov.br stands in `govbr.simulator`, apart.
"""
