"""The page of changes in Chromium: moving, filters, anchors, both views, print, narrow screens, accessibility, no network."""

import subprocess
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.compare import PackFiles, compare_packs
from pipeline.compare.page import page
from tests.fixtures.comparing import add_column, inserted, move_row, moved, on_table, replaced, specification
from tests.fixtures.packs import MODELS, Built
from tests.fixtures.programs import program
from tests.fixtures.schedules_compared import Schedule, schedule

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
MANY = 300
WIDE = {"width": 1440, "height": 900}
HOSTILE = "<img src=http://127.0.0.1:9/a.png onerror=\"window.hacked=1\"><script src='http://127.0.0.1:9/a.js'></script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium; where it is missing and must not be, this is the failure."""
    path = program("browser")
    assert path, "Chromium is not installed; make system-deps installs it"
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=path, args=["--no-sandbox"])  # CI runs as root
        yield chromium
        chromium.close()


def _dearer(made: Schedule) -> None:
    ref, item, unit, volume, _ = made.lines[4]
    made.lines[4] = (ref, item, unit, volume, 99.0)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of a small pack: words, a clause, a move, a hostile text, a column, a row that moved, a workbook."""
    edits = (
        replaced("within 23 hours", "within 48 hours"),
        inserted("tell the social worker", HOSTILE, "List Bullet"),
        moved("Where a medication round is delayed", "At each quarterly meeting the Provider reports on every visit"),
        on_table(1, lambda table: add_column(table, "Notes", "none")),
        on_table(2, lambda table: move_row(table, 2, 9)),
    )
    prices = ("internal/prices.xlsx", "issue/prices.xlsx")
    old = {"internal/specification.docx": specification(), "issue/gone.txt": b"text", **dict.fromkeys(prices, schedule())}
    new = {"internal/specification.docx": specification(*edits), **dict.fromkeys(prices, schedule(_dearer))}
    return _written(old, new, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of a document with three hundred changes."""
    sides = []
    for rate in ("10", "11"):
        made = docx.Document()
        for at in range(MANY):
            made.add_paragraph(f"Clause {at} stands as it was, whatever else is said here.")
            made.add_paragraph(f"The rate of service {at} is £{rate} an hour.")
        content = BytesIO()
        made.save(content)
        sides.append({"rates.docx": content.getvalue()})
    return _written(sides[0], sides[1], tmp_path_factory.mktemp("many"))


def _written(old: dict[str, bytes], new: dict[str, bytes], folder: Path) -> Path:
    made = folder / "changes.html"
    made.write_text(page(compare_packs(PackFiles(old), PackFiles(new)), old, new), encoding="utf-8")
    return made


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Open a page in a window of its own; at the end nothing may have been asked of the network or gone wrong."""
    contexts = []
    wrong: list[str] = []

    def open_page(path: Path, anchor: str = "", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        context.on("request", lambda request: None if request.url.startswith("file://") else wrong.append(request.url))
        made = context.new_page()
        made.on("pageerror", lambda error: wrong.append(str(error)))
        made.on("console", lambda said: wrong.append(said.text))
        made.on("dialog", lambda dialog: wrong.append(dialog.message))
        made.goto(f"{path.as_uri()}{anchor}")
        return made

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong


def _current(shown: Page) -> str:
    return str(shown.evaluate("document.querySelector('.note.current')?.id ?? ''"))


def _seen(shown: Page, place: str) -> bool:
    """Say whether a place is within the window, below the bar, once what is near it is laid out."""
    shown.wait_for_timeout(200)
    return bool(
        shown.evaluate(
            "place => { const box = document.querySelector(place).getBoundingClientRect();"
            " return box.height > 0 && box.top >= 40 && box.top < innerHeight; }",
            place,
        )
    )


def _lay_out(shown: Page) -> None:
    """Have everything laid out that is far from the window, for it to be measured."""
    shown.evaluate(
        "() => { const all = new CSSStyleSheet(); all.replaceSync('* { content-visibility: visible !important; }');"
        " document.adoptedStyleSheets = [all]; }"
    )


# -------------------------------------------------------------------------------------------------------------- moving


def test_keys_move_from_change_to_change_and_round(small: Path, opened: Open) -> None:
    shown = opened(small)
    notes = shown.locator(".note").evaluate_all("all => all.map(one => one.id)")
    assert len(notes) > 6
    for turn, key in enumerate(["n", "j", "n", "j"]):
        shown.keyboard.press(key)
        assert _current(shown) == notes[turn] == shown.evaluate("document.activeElement.id")
        assert shown.url.endswith(f"#{notes[turn]}")
        assert _seen(shown, f"#{notes[turn]}")
    shown.keyboard.press("p")
    shown.keyboard.press("k")
    assert _current(shown) == notes[1]
    assert shown.inner_text("#position") == f"Change 2: 2 of {len(notes)}"
    shown.keyboard.press("k")
    shown.keyboard.press("k")
    assert _current(shown) == notes[-1]
    shown.click("#next")
    assert _current(shown) == notes[0]
    shown.click("#previous")
    assert _current(shown) == notes[-1]
    assert shown.locator("[aria-current]").get_attribute("data-change") == notes[-1].removeprefix("change-")


def test_the_help_lists_the_keys_and_can_switch_them_off(small: Path, opened: Open) -> None:
    shown = opened(small)
    shown.keyboard.press("?")
    shown.locator("#help").wait_for(state="visible")
    shown.keyboard.press("n")
    assert not _current(shown)
    shown.get_by_label("Single keys are on").uncheck()
    shown.keyboard.press("Escape")
    shown.locator("#help").wait_for(state="hidden")  # Chromium closes a dialog a moment after the key
    shown.keyboard.press("n")
    assert not _current(shown)
    shown.reload()
    shown.keyboard.press("n")
    assert not _current(shown)


def test_every_control_is_reached_by_tab_in_order(small: Path, opened: Open) -> None:
    shown = opened(small)
    reached = []
    for _ in range(9):
        shown.keyboard.press("Tab")
        reached.append(
            shown.evaluate("document.activeElement.id || document.activeElement.className || document.activeElement.tagName")
        )
    assert reached[:6] == ["skip", "previous", "next", "view-side", "theme-auto", "help-open"]
    assert "filter-text" in reached


def test_a_page_without_changes_has_nothing_to_filter(opened: Open, tmp_path: Path) -> None:
    files = {"a.docx": specification()}
    shown = opened(_written(files, files, tmp_path))
    assert "There is nothing to review." in shown.inner_text("main")
    assert not shown.locator("#filters").is_visible()
    assert not shown.locator("#next").is_visible()
    assert shown.inner_text("#position") == "No changes"
    box = shown.locator("main").bounding_box()
    assert box is not None
    assert box["x"] < 20
    for key in ("n", "/", "s"):
        shown.keyboard.press(key)
    assert not _current(shown)


# ------------------------------------------------------------------------------------------------------------- anchors


def test_anchors_lead_to_their_change_also_by_the_id_that_stays(small: Path, opened: Open) -> None:
    last = opened(small).locator(".note").last
    number, stable = last.get_attribute("id"), last.locator(".share").get_attribute("href")
    for anchor in (f"#{number}", stable):
        shown = opened(small, str(anchor))
        shown.wait_for_function("document.querySelector('.note.current')")
        assert _current(shown) == number
        assert _seen(shown, f"#{number}")
        assert shown.url.endswith(str(anchor))


def test_a_move_leads_to_its_other_end_and_back(small: Path, opened: Open) -> None:
    shown = opened(small)
    for kind in ("paragraph-moved", "row-moved"):
        note = shown.locator(f".note[data-kind={kind}]")
        number = note.get_attribute("id")
        note.get_by_text("Show where it was").click()
        assert shown.url.endswith(f"#{number}-from")
        shown.wait_for_function("id => document.activeElement.id === id", arg=f"{number}-from")
        assert _seen(shown, f"#{number}-from")
        shown.locator(f"a[href='#{number}']", has_text="Show where it is now").click()
        shown.wait_for_function("id => document.activeElement.id === id", arg=number)
        assert _current(shown) == number


def test_an_anchor_to_what_the_filters_hide_clears_them(small: Path, opened: Open) -> None:
    shown = opened(small)
    shown.fill("#filter-text", "no such words anywhere")
    shown.wait_for_selector("#none:visible")
    shown.evaluate("location.hash = 'change-1'")
    shown.wait_for_selector("#change-1:visible")
    assert shown.input_value("#filter-text") == ""


# ------------------------------------------------------------------------------------------------------------- filters


def _visible(shown: Page) -> list[str]:
    shown.wait_for_timeout(150)
    found: list[str] = shown.locator(".note:visible").evaluate_all("all => all.map(one => one.id)")
    listed = shown.locator("[data-change]:visible").evaluate_all("all => all.map(one => 'change-' + one.dataset.change)")
    assert found == listed
    return found


def test_filters_by_words_file_kind_and_severity(small: Path, opened: Open) -> None:
    shown = opened(small)
    notes = _visible(shown)
    shown.keyboard.press("/")
    assert shown.evaluate("document.activeElement.id") == "filter-text"
    shown.keyboard.type("within 23")
    assert len(_visible(shown)) == 1
    assert shown.inner_text("#shown") == f"1 of {len(notes)} changes shown"
    shown.keyboard.press("Escape")
    assert _visible(shown) == notes
    assert shown.inner_text("#shown") == f"All {len(notes)} changes shown"

    shown.select_option("#filter-file", label=shown.locator("#filter-file option", has_text="issue/prices").inner_text())
    in_file = _visible(shown)
    assert 0 < len(in_file) < len(notes)
    assert shown.locator(".file:visible h2").all_inner_texts() == ["issue/prices.xlsx"]
    shown.select_option("#filter-kind", "value-changed")
    assert len(_visible(shown)) == 1
    shown.get_by_role("button", name="Clear filters").click()
    assert _visible(shown) == notes

    shown.get_by_role("checkbox", name="High").uncheck()
    left = _visible(shown)
    assert 0 < len(left) < len(notes)
    assert shown.locator(".note:visible .tag.high").count() == 0
    shown.keyboard.press("n")
    assert _current(shown) == left[0]


def _told(shown: Page) -> tuple[str, ...]:
    """Give every count that the page tells of changes shown: bar, filters, and, each summed, tiles, table of files and files."""
    shown.wait_for_timeout(150)
    places = (".totals [data-of]", ".files [data-of]", ".sum [data-of]")
    counts = [sum(int(one.split()[0]) for one in shown.locator(place).all_text_contents()) for place in places]
    return shown.inner_text("#position"), shown.inner_text("#shown"), *map(str, counts)


def test_what_is_shown_is_counted_alike_everywhere(small: Path, opened: Open) -> None:
    shown = opened(small)
    count = len(_visible(shown))
    assert _told(shown) == (f"{count} changes", f"All {count} changes shown", *[str(count)] * 3)
    shown.get_by_role("checkbox", name="High").uncheck()
    left = len(_visible(shown))
    assert 1 < left < count
    said = f"{left} of {count} changes shown"
    assert _told(shown) == (said, said, *[str(left)] * 3)
    shown.keyboard.press("n")
    current = _current(shown).removeprefix("change-")
    assert _told(shown)[:2] == (f"Change {current}: 1 of {left} shown, {count} in all", said)
    shown.get_by_role("checkbox", name="High").check()
    assert _told(shown)[0] == f"Change {current}: {current} of {count}"
    shown.get_by_role("checkbox", name="Content").uncheck()
    shown.get_by_role("checkbox", name="Low").uncheck()
    left = len(_visible(shown))
    assert not _current(shown)
    assert _told(shown)[0] == f"{left} of {count} changes shown"


def test_enter_in_a_filter_goes_to_the_first_change_it_shows(small: Path, opened: Open) -> None:
    shown = opened(small)
    shown.keyboard.press("/")
    shown.keyboard.type("within 48")
    shown.keyboard.press("Enter")
    first = _visible(shown)[0]
    assert _current(shown) == first == shown.evaluate("document.activeElement.id")
    assert first != "change-1"
    assert _seen(shown, f"#{first}")
    shown.get_by_role("button", name="Clear filters").first.click()
    shown.select_option("#filter-kind", "row-moved")
    shown.focus("#filter-kind")
    shown.keyboard.press("Enter")
    assert _visible(shown) == [_current(shown)]


def test_without_a_hit_the_page_says_so_and_offers_to_clear(small: Path, opened: Open) -> None:
    shown = opened(small)
    shown.keyboard.press("n")
    shown.keyboard.press("/")
    shown.keyboard.type("no such words")
    shown.keyboard.press("Enter")
    shown.wait_for_selector("#none:visible")
    assert shown.evaluate("document.activeElement.id") == "none"
    assert _seen(shown, "#none")
    assert shown.locator("section.file:visible").count() == 0
    assert shown.locator("#next").is_disabled()
    shown.locator("#clear").click()
    assert len(_visible(shown)) > 1
    assert not shown.locator("#none").is_visible()


def test_editions_are_chosen_and_what_the_other_repeats_is_left_out(small: Path, opened: Open) -> None:
    shown = opened(small)
    notes = _visible(shown)
    twins = shown.locator(".note[data-twin]").evaluate_all("all => all.map(one => [one.id, `change-${one.dataset.twin}`])")
    assert len(twins) > 1
    shown.get_by_role("button", name="Show each once").click()
    once = _visible(shown)
    assert _current(shown) == once[0]
    for one, other in twins:
        assert [one, other].count(one) == 1
        assert (one in once) is (int(one[7:]) < int(other[7:]))
    assert len(once) == len(notes) - len(twins) // 2
    shown.select_option("#filter-file", label=shown.locator("#filter-file option", has_text="issue/prices").inner_text())
    assert len(_visible(shown)) > 0
    shown.get_by_role("button", name="Clear filters").click()
    for edition in ("internal", "issue"):
        shown.select_option("#filter-edition", edition)
        _visible(shown)
        assert {name.partition("/")[0] for name in shown.locator(".file:visible h2").all_inner_texts()} == {edition}
    shown.select_option("#filter-edition", "")
    one, other = twins[0]
    shown.locator(f"#{one} .twin a").click()
    assert _current(shown) == other


def test_what_is_behind_the_changes_leads_to_them(built: Callable[[str, str], Built], opened: Open, tmp_path: Path) -> None:
    old, new = built("exampleshire", MODELS[0]), built("exampleshire", MODELS[1])
    path = "issue/service-specification.docx"
    sides = [PackFiles({path: one.files[path]}, one.manifest) for one in (old, new)]
    made = tmp_path / "changes.html"
    made.write_text(page(compare_packs(sides[0], sides[1]), sides[0].files, sides[1].files), encoding="utf-8")
    shown = opened(made)
    shown.fill("#filter-text", "no such words")
    link = shown.locator(".behind [data-pick]").last
    count = int("".join(sign for sign in link.inner_text().partition("change")[0] if sign.isdigit()))
    link.click()
    assert len(_visible(shown)) == count
    assert _current(shown) == _visible(shown)[0]


def test_filters_by_cause(built: Callable[[str, str], Built], opened: Open, tmp_path: Path) -> None:
    old, new = built("exampleshire", MODELS[0]), built("exampleshire", MODELS[1])
    path = "issue/service-specification.docx"
    sides = [PackFiles({path: one.files[path]}, one.manifest) for one in (old, new)]
    made = tmp_path / "changes.html"
    diff = compare_packs(sides[0], sides[1])
    made.write_text(page(diff, sides[0].files, sides[1].files), encoding="utf-8")
    shown = opened(made)
    assert len(_visible(shown)) == len(diff.changes)
    labels = shown.locator("#filter-cause option").all_inner_texts()
    shown.select_option("#filter-cause", label=next(one for one in labels if one.startswith("Commissioning model")))
    by_model = sum(any(cause.kind == "commissioning model" for cause in change.causes) for change in diff.changes)
    assert by_model > 0
    assert len(_visible(shown)) == by_model


def test_three_hundred_changes_are_numbered_found_and_filtered(many: Path, opened: Open) -> None:
    shown = opened(many, f"#change-{MANY}")
    shown.wait_for_function("document.querySelector('.note.current')")
    assert shown.inner_text("#position") == f"Change {MANY}: {MANY} of {MANY}"
    assert len(_visible(shown)) == MANY
    shown.fill("#filter-text", "service 29")
    assert len(_visible(shown)) == 11
    shown.locator("#filter-text").blur()
    for _ in range(11):
        shown.keyboard.press("n")
    assert _current(shown) in _visible(shown)
    took = shown.evaluate(
        "(() => { const from = performance.now(); document.getElementById('next').click(); return performance.now() - from; })()"
    )
    assert took < 2000


# --------------------------------------------------------------------------------------------------- views and paper


def test_both_views_show_what_was_and_what_is(small: Path, opened: Open) -> None:
    shown = opened(small)
    _lay_out(shown)
    changed = shown.locator(".row.changed:has([data-kind=paragraph-changed])").first
    before, after = changed.locator(".before"), changed.locator(".after")
    assert before.is_visible()
    assert "23" in before.inner_text()
    assert "48" not in before.inner_text()
    assert "48" in after.inner_text()
    assert "23" not in after.inner_text()
    boxes = before.bounding_box(), after.bounding_box()
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] == boxes[1]["y"]
    shown.keyboard.press("s")
    assert not before.is_visible()
    assert after.locator("del").is_visible()
    assert after.locator("ins").is_visible()
    assert after.locator("del").evaluate("one => getComputedStyle(one).textDecorationLine") == "line-through"
    assert after.locator("ins").evaluate("one => getComputedStyle(one).textDecorationLine") == "underline"
    assert "removed:" in str(after.locator("del").text_content())
    shown.reload()
    assert shown.get_by_label("Inline").is_checked()


def test_folds_open_and_tables_show_their_other_rows(small: Path, opened: Open) -> None:
    shown = opened(small)
    fold = shown.locator("details.fold").first
    assert not fold.locator(".row").first.is_visible()
    fold.locator("summary").first.click()
    assert fold.locator(".row").first.is_visible()
    rows = shown.locator(".sheet tbody.folded tr")
    assert not rows.first.is_visible()
    shown.locator(".sheet .unfold").first.check()
    assert rows.first.is_visible()


def test_it_can_be_read_without_scripts(small: Path, opened: Open) -> None:
    shown = opened(small, java_script_enabled=False)
    assert not shown.locator("#filters").is_visible()
    assert not shown.locator("#next").is_visible()
    assert shown.locator(".note").first.is_visible()
    before = shown.locator(".row.changed .before").first
    assert before.is_visible()
    shown.get_by_text("Inline", exact=True).click()
    assert not before.is_visible()


@pytest.mark.parametrize("width", [320, 1000])
def test_without_scripts_the_list_stands_between_the_summary_and_the_changes(width: int, small: Path, opened: Open) -> None:
    shown = opened(small, java_script_enabled=False, viewport={"width": width, "height": 900})
    tops = []
    for what in ("h1", "#files", ".list", "section.file", "footer"):
        box = shown.locator(what).first.bounding_box()
        assert box is not None
        tops.append(box["y"])
    assert tops == sorted(tops)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.system  # poppler reads the paper
def test_on_paper_there_are_changes_and_no_controls(small: Path, opened: Open, tmp_path: Path) -> None:
    shown = opened(small)
    shown.get_by_text("Dark", exact=True).click()
    shown.emulate_media(media="print")
    for control in (".bar", ".rail", ".share", ".unfold"):
        assert not shown.locator(control).first.is_visible()
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    paper = tmp_path / "changes.pdf"
    paper.write_bytes(shown.pdf(prefer_css_page_size=True))
    said = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, text=True, check=True).stdout
    assert "issue/prices.xlsx" in said
    assert "Paragraph moved" in said
    assert "£99" in said
    assert "1/" in said.replace(" ", "")
    for dead in ("Show where it", "Link", "Previous", "Clear filters"):
        assert dead not in said
    pages = subprocess.run(["pdfinfo", "-l", "99", str(paper)], capture_output=True, text=True, check=True).stdout
    assert "595 x 842 pts" in (sizes := " ".join(pages.replace("594.96", "595").replace("841.92", "842").split()))
    assert "842 x 595 pts" in sizes


@pytest.mark.parametrize("size", [{"width": 320, "height": 256}, {"width": 320, "height": 900}, {"width": 1024, "height": 700}])
def test_nothing_but_a_table_scrolls_sideways(size: dict[str, int], small: Path, opened: Open) -> None:
    shown = opened(small, viewport=size)
    _lay_out(shown)
    shown.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    shown.locator("#help").evaluate("one => one.showModal()")
    assert shown.evaluate("document.documentElement.scrollWidth") <= size["width"]
    outside = shown.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(one => !one.closest('.scroll, .vh, .skip, .switch'))"
        ".filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 100))"
    )
    assert outside == []


def test_the_bar_is_one_line_at_1024_pixels(small: Path, opened: Open) -> None:
    shown = opened(small, viewport={"width": 1024, "height": 700})
    shown.get_by_role("button", name="Show each once").click()
    shown.wait_for_timeout(150)
    box = shown.locator(".bar").bounding_box()
    assert box is not None
    assert box["height"] < 60


def test_the_first_column_of_a_sheet_stays_when_it_is_scrolled(small: Path, opened: Open) -> None:
    shown = opened(small, viewport={"width": 1024, "height": 700})
    _lay_out(shown)
    places = shown.locator(".scroll:has(.sheet)").first.evaluate(
        "one => { one.scrollLeft = 9999; const [row, first] = one.querySelector('tr.head:not(.notes-row)').children;"
        " const side = one.getBoundingClientRect().left;"
        " return [row, first].map(cell => Math.round(cell.getBoundingClientRect().left - side)); }"
    )
    assert places[0] <= 1
    assert 40 < places[1] <= 60


# ------------------------------------------------------------------------------------- accessibility, safety, colours


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, {"width": 320, "height": 640}], ids=["wide", "narrow"])
def test_axe_finds_nothing(scheme: Any, size: dict[str, int], small: Path, opened: Open) -> None:
    shown = opened(small, color_scheme=scheme, viewport=size)
    _no_violations(shown)
    shown.keyboard.press("s")
    shown.keyboard.press("n")
    _no_violations(shown)
    shown.keyboard.press("?")
    _no_violations(shown)


def _no_violations(shown: Page) -> None:
    _lay_out(shown)
    found = Axe().run(shown).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []


def test_the_switch_overrides_the_systems_colours(small: Path, opened: Open) -> None:
    shown = opened(small, color_scheme="light")
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    shown.get_by_text("Dark", exact=True).click()
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 25, 28)"
    shown.reload()
    assert shown.get_by_label("Dark").is_checked()
    shown.get_by_text("Light", exact=True).click()
    shown.emulate_media(color_scheme="dark")
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_what_a_finger_or_pointer_aims_at_is_large_enough(small: Path, opened: Open) -> None:
    shown = opened(small, viewport={"width": 320, "height": 640})
    _lay_out(shown)
    small_ones = shown.evaluate(
        "() => [...document.querySelectorAll('button, select, .switch label, .field label, .mark, summary, .listed a')]"
        ".filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"
    )
    assert small_ones == []


def test_a_hostile_document_runs_nothing(small: Path, opened: Open) -> None:
    shown = opened(small)
    _lay_out(shown)
    assert HOSTILE in shown.inner_text("main")
    assert shown.evaluate("window.hacked") is None


def test_the_page_may_fetch_and_run_nothing(small: Path, browser: Browser) -> None:
    context = browser.new_context()
    shown = context.new_page()
    shown.goto(small.as_uri())
    blocked = shown.evaluate(
        "() => new Promise(done => { const found = []; document.addEventListener('securitypolicyviolation', one => {"
        " found.push(one.effectiveDirective); if (found.length === 3) done(found.sort()); });"
        " new Image().src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';"
        " document.body.setAttribute('onclick', 'window.hacked = 1');"
        " document.body.click(); const made = document.createElement('script'); made.textContent = 'window.hacked = 1';"
        " document.body.append(made); setTimeout(() => done(found.sort()), 2000); })"
    )
    assert blocked == ["img-src", "script-src-attr", "script-src-elem"]
    assert shown.evaluate("window.hacked") is None
    context.close()
