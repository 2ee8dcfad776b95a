"""Legacy accounts and processes, brought in from CSV files: `import_accounts`, `import_processes`.

Both read a file line by line and load it batch by batch, each batch in a transaction of its own;
a killed run is simply started again. What cannot be taken is a row of the rejects file.
"""

from orquestra.importing.imports import import_accounts, import_processes
from orquestra.importing.options import ImportOptions
from orquestra.importing.reports import ImportReport

__all__ = ["ImportOptions", "ImportReport", "import_accounts", "import_processes"]
