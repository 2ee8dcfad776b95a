"""CPF and CNPJ by two libraries that know the rule, too: what every reader of ours is held to.

Where a library is wrong, the difference is named: python-stdnum takes a CPF of one repeated digit
and blanks at an end, validate-docbr takes a CPF short of its zeros and digits of other scripts.
"""

import string
from collections.abc import Callable

from hypothesis import strategies as st
from stdnum.br import cnpj as stdnum_cnpj
from stdnum.br import cpf as stdnum_cpf
from validate_docbr import CNPJ, CPF

#: Gives the number without punctuation, or None where it is none.
Reader = Callable[[str], str | None]

cpf_bases = st.text(string.digits, min_size=9, max_size=9)
cnpj_bases = st.text(string.digits + string.ascii_uppercase, min_size=12, max_size=12)
check_digits = st.text(string.digits, min_size=2, max_size=2)
#: Digits to Python, none to Receita Federal.
digits_of_other_scripts = st.sampled_from("\u0661\u0662\u0966\u0967\u00b3\u2167")


def is_cpf(text: str) -> bool:
    """Ask both libraries, without what each gets wrong."""
    one_digit = len(set(text)) == 1
    theirs = {bool(stdnum_cpf.is_valid(text)) and not one_digit, bool(CPF().validate(text))}
    assert len(theirs) == 1, f"the two libraries differ on {text}"
    return theirs.pop()


def is_cnpj(text: str) -> bool:
    """Ask both libraries; one repeated character is none."""
    theirs = {bool(stdnum_cnpj.is_valid(text)), bool(CNPJ().validate(text))}
    if len(set(text)) == 1:
        return False
    assert len(theirs) == 1, f"the two libraries differ on {text}"
    return theirs.pop()


def completed(base: str) -> str:
    """Add the check digits that one library computes to nine digits or twelve characters."""
    if len(base) == 9:
        return base + str(stdnum_cpf._calc_check_digits(base))
    return base + str(stdnum_cnpj.calc_check_digits(base + "00"))
