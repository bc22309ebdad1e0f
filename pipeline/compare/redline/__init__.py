"""Two packs, or two Word documents → Word documents in which the changes are tracked, each checked before it is delivered."""

from pipeline.compare.redline.delivery import Engine, Redline, Side, make_redline, make_redlines, write_redlines

__all__ = ["Engine", "Redline", "Side", "make_redline", "make_redlines", "write_redlines"]
