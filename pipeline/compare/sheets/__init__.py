"""Two Excel files → the changes between them."""

from pipeline.compare.sheets.compare import compare_workbooks

__all__ = ["compare_workbooks"]
