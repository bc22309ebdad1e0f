"""Excel formulas worked out in Decimal, so that every formula of a workbook carries the value that Excel would show.

`evaluate_workbook` works a workbook out, `check_formula` refuses what a formula may not use, `shift` moves a formula.
"""

from pipeline.formulas.allow import check_formula, refused_anywhere
from pipeline.formulas.contents import Address, Content, Contents, Formula, Names, Table, corners, plain, written
from pipeline.formulas.evaluate import evaluate_workbook
from pipeline.formulas.moving import shift
from pipeline.formulas.uses import Uses, uses_of
from pipeline.formulas.values import CircularError, ExcelError, FormulaError, Scalar

__all__ = [
    "Address",
    "CircularError",
    "Content",
    "Contents",
    "ExcelError",
    "Formula",
    "FormulaError",
    "Names",
    "Scalar",
    "Table",
    "Uses",
    "check_formula",
    "corners",
    "evaluate_workbook",
    "plain",
    "refused_anywhere",
    "shift",
    "uses_of",
    "written",
]
