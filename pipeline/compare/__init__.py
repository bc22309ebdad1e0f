"""Two packs, or two documents, → the list of what changed between them, how grave it is and what it comes from."""

from pipeline.compare.change import Cause, Change, FileDiff, Location, PackDiff, Segment, Severity, Status
from pipeline.compare.packs import PackFiles, compare_documents, compare_files, compare_packs
from pipeline.compare.written import change_list

__all__ = [
    "Cause",
    "Change",
    "FileDiff",
    "Location",
    "PackDiff",
    "PackFiles",
    "Segment",
    "Severity",
    "Status",
    "change_list",
    "compare_documents",
    "compare_files",
    "compare_packs",
]
