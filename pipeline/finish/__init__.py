"""Finishing: what no template engine does. Editions, numbering labels, bookmarks, references, contents, properties, packaging."""

from pipeline.finish.package import Properties
from pipeline.finish.word import Finished, finish_word
from pipeline.finish.workbook import finish_workbook

__all__ = ["Finished", "Properties", "finish_word", "finish_workbook"]
