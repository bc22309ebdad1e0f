"""Two Word files → the changes between them."""

from pipeline.compare.word.compare import compare_word

__all__ = ["compare_word"]
