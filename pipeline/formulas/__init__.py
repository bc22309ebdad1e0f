"""Excel formulas worked out in Decimal, so that every formula of a workbook carries the value that Excel would show.

`evaluate_workbook` works a workbook out, `check_formula` refuses what a formula may not use, `shift` moves a formula.
"""

from pipeline.formulas.allow import check_formula
from pipeline.formulas.contents import Address, Contents, Formula, Names, Table, written
from pipeline.formulas.evaluate import evaluate_workbook
from pipeline.formulas.moving import shift
from pipeline.formulas.values import CircularError, ExcelError, FormulaError, Scalar

__all__ = [
    "Address",
    "CircularError",
    "Contents",
    "ExcelError",
    "Formula",
    "FormulaError",
    "Names",
    "Scalar",
    "Table",
    "check_formula",
    "evaluate_workbook",
    "shift",
    "written",
]
