"""A made-up legacy base of any size, as the CSV files that the importer reads: `write_sample`.

Names, documents and addresses belong to nobody; check digits are valid, addresses are under
example.com and example.org (RFC 2606).
"""

from orquestra.sample.summary import SampleLogin, SampleSummary
from orquestra.sample.trying import sample_logins
from orquestra.sample.writing import write_sample

__all__ = ["SampleLogin", "SampleSummary", "sample_logins", "write_sample"]
