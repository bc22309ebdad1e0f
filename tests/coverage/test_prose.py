"""How the documents are written: UK spelling, acronyms explained, terms defined once and used, nothing said twice."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.coverage.outline import KINDS, LOCALITIES, Block, Case, blocks_of, outline, plain, profile_of
from tests.fixtures.packs import MODELS, TEMPLATES

AMERICAN = re.compile(
    r"\b(?!(?:size|prize|seize|capsize|downsize|outsize)[ds]?\b)\w+(?:ization|izations|izing|ized|izes|ize|yze|yzed|yzing)\b"
    r"|\b(?:color|center|labor|behavior|favor|honor|neighbor|catalog|fulfill|enroll|skillful|program|gotten)s?\b",
    re.IGNORECASE,
)
ACRONYM = re.compile(r"\b[A-Z][A-Z&]{1,6}\b(?![-\u2011−]?\d)")
KNOWN = frozenset({"NHS", "UK", "VAT", "IT", "HM", "UNISON"})
"""What needs no expansion: everyday words of public bodies, and names."""

SENTENCE = re.compile(r"(?<=[.!?])\s+")
LONG = 8
DEFINING = ("service-specification", "contract-contents")
NOT_CLAIMED = re.compile(
    r"\b(?:reproduces?|reproduced from|copied from|as set out in|text of) (?:the )?(?:Toolkit )?Tool \d+", re.IGNORECASE
)
CASES = [Case(kind, locality, model, "internal") for kind in KINDS for locality in LOCALITIES for model in MODELS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind} {case}")
def test_the_words_are_plain_british_english(case: Case) -> None:
    text = "\n".join(block.text for block in outline(case))
    assert len(text.split()) > 1_000
    assert not AMERICAN.findall(text)
    assert not re.findall(
        r"\bservice users?\b|\bpenalt(?:y|ies)\b|\bpurdah\b|\bOJEU\b|\bCSSIW\b|\butili[sz]e\w*", text, re.IGNORECASE
    )
    assert not NOT_CLAIMED.findall(text)
    assert not re.findall(r"[a-z]  +[a-z]|\s[,;:.](?=\s)|\.\.(?!\.)|,,|\(\s|\s\)", text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind} {case}")
def test_an_acronym_is_explained_where_it_is_used(case: Case) -> None:
    text = "\n".join(block.text for block in outline(case))
    used = set(ACRONYM.findall(text)) - KNOWN - _ids(case)
    assert not sorted(one for one in used if f"({one})" not in text)
    assert not sorted(one for one in used if text.count(f"({one})") > 1)


def _ids(case: Case) -> set[str]:
    """The ids of the profile's outcome bands, which are written in capitals."""
    return {band.id for band in profile_of(case.locality, ()).commercial.reward.bands}


def _is_register(block: Block) -> bool:
    """Say whether a block belongs to the registers that every document shares, which name the profile's fields."""
    return bool({"outstanding information", "sources of figures"} & {plain(one) for one in block.headings})


def sentences(kind: str) -> Iterator[str]:
    """The sentences of a template; the cover and the blocks every document shares are left out."""
    template = TEMPLATES / f"{kind}.docx"
    for block in blocks_of(template.read_bytes(), template.name):
        if block.headings and not _is_register(block):
            for cell in block.text.split(" | "):
                yield from (plain(one) for one in SENTENCE.split(cell) if len(one.split()) >= LONG)


def test_no_sentence_is_said_in_two_places() -> None:
    said: dict[str, list[str]] = defaultdict(list)
    for kind in KINDS:
        for sentence in sentences(kind):
            said[sentence].append(kind)
    assert len(said) > 1_500
    across = {sentence: kinds for sentence, kinds in said.items() if len(set(kinds)) > 1}
    assert not across


def _definitions(blocks: tuple[Block, ...], kind: str) -> dict[str, int]:
    """The defined terms of a document with the place of the row that defines each."""
    found: dict[str, int] = {}
    inside = False
    for place, block in enumerate(blocks):
        first = block.text.split(" | ")[0]
        if " | " not in block.text:
            inside = False
        elif first == "Term":
            inside = "Meaning" in block.text
        elif inside:
            assert first not in found, f"{kind}: {first} is defined twice"
            found[first] = place
    return found


@pytest.mark.parametrize("case", [one for one in CASES if one.kind in DEFINING], ids=lambda case: f"{case.kind} {case}")
def test_a_defined_term_is_defined_once_used_and_written_as_defined(case: Case) -> None:
    blocks = outline(case)
    terms = _definitions(blocks, case.kind)
    assert len(terms) > 5
    for term, place in terms.items():
        others = [block.text for number, block in enumerate(blocks) if number != place and not _is_register(block)]
        text = "\n".join(others)
        for one in re.split(r", (?=[a-z])", term.removeprefix("The ")):
            assert re.search(rf"\b{re.escape(one)}", text, re.IGNORECASE), f"{one} is defined and not used"
            words = one.split()
            if len(words) > 1 and all(word[0].isupper() for word in words):
                small = [line for line in others if one.lower() in line]
                assert not small, f"{one} is written small: {small[0][:200]}"
