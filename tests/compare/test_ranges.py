"""Numbers that shifted: brief, and none left out that does not follow from another."""

import pytest

from pipeline.compare.word.ranges import shifted_words


@pytest.mark.parametrize(
    ("pairs", "old", "new"),
    [
        ([("2.4", "2.5")], "2.4", "2.5"),
        ([("2.4", "2.5"), ("2.5", "2.6")], "2.4, 2.5", "2.5, 2.6"),
        ([("2.4", "2.5"), ("2.5", "2.6"), ("2.6", "2.7")], "2.4 to 2.6", "2.5 to 2.7"),
        ([("2.8", "2.9"), ("2.9", "2.10"), ("2.10", "2.11")], "2.8 to 2.10", "2.9 to 2.11"),
        ([("2.4", "2.5"), ("2.5", "2.7"), ("2.6", "2.8"), ("2.7", "2.9")], "2.4, 2.5 to 2.7", "2.5, 2.7 to 2.9"),
        ([("2.4", "2.5"), ("2.4(a)", "2.5(a)"), ("2.5", "2.6")], "2.4, 2.5", "2.5, 2.6"),
        (
            [("2.4", "2.5"), ("2.4(b)", "2.5(a)"), ("2.4(c)", "2.5(b)"), ("2.4(d)", "2.5(c)")],
            "2.4, 2.4(b) to 2.4(d)",
            "2.5, 2.5(a) to 2.5(c)",
        ),
        ([("5", "6"), ("5.1", "6.1"), ("6", "7"), ("6.1", "7.2"), ("7", "8")], "5, 6, 6.1, 7", "6, 7, 7.2, 8"),
        ([("1", "2"), ("1.1", "2.1"), ("2", "3"), ("3", "4")], "1 to 3", "2 to 4"),
        ([("Table 1", "Table 2"), ("Table 2", "Table 3"), ("Table 3", "Table 4")], "Table 1 to Table 3", "Table 2 to Table 4"),
        ([("Appendix A", "Appendix B"), ("Appendix B", "Appendix C")], "Appendix A, Appendix B", "Appendix B, Appendix C"),
        ([("(a)", "(b)"), ("(b)", "(c)"), ("(c)", "(d)")], "(a) to (c)", "(b) to (d)"),
        ([("1.2", "1.3"), ("2.3", "2.4"), ("3.4", "3.5")], "1.2, 2.3, 3.4", "1.3, 2.4, 3.5"),
        ([("12", "13"), ("1", "2")], "12, 1", "13, 2"),
    ],
)
def test_shifts_are_told_briefly_and_in_full(pairs: list[tuple[str, str]], old: str, new: str) -> None:
    assert shifted_words(pairs) == (old, new)
