"""Decisions of DMN 1.3: read, checked when they are deployed, evaluated by ourselves.

Cells are a small part of FEEL, translated to CEL; nothing of a table is code.
"""
