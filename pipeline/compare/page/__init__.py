"""A change list → one HTML page on which a reviewer sees every change in its place."""

from pipeline.compare.page.draw import page

__all__ = ["page"]
