"""A change list and the files of both sides → Word documents with their changes tracked, each checked before it is delivered."""

from pipeline.compare.redline.delivery import Engine, Redline, make_redline, make_redlines, write_redlines

__all__ = ["Engine", "Redline", "make_redline", "make_redlines", "write_redlines"]
