"""Kills the program's own processes at drawn points, and looks whether the books balance.

Nothing of the program knows of this folder: a nursery starts the program's processes with each
commit and each message to the broker wrapped, and a conductor in the campaign's process says at
each such point whether the process goes on.
"""
