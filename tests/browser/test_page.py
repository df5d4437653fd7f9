"""The report's page and that of a check in a real browser, opened from disk with no network."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

from experiments.check.files import check_files
from experiments.check.page import to_html
from experiments.commands.beside import beside
from experiments.record.results import load
from experiments.report.pages import render
from experiments.report.web import PAGE
from experiments.words import LANGUAGES
from tests.experiments.check.students import DIRECT_NET, FUNCTIONS, HEAD

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REPORTS = Path(__file__).parents[2] / "reports"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AXE = "axe-core@4.10.3"
FRAME = '<iframe src="page.html" width="WIDTH" height="900" style="border: 0"></iframe>'
AROUND = """<!doctype html><meta charset="utf-8"><pre id="found"></pre>FRAMES
<script>const all = [...document.querySelectorAll("iframe")], found = all.map(() => null);
addEventListener("message", ({ data, source }) => {
  found[all.findIndex((frame) => frame.contentWindow === source)] = data;
  document.getElementById("found").textContent = encodeURIComponent(JSON.stringify(found));
});</script>"""
"""A page of any width, or of several: no window of Chromium is as narrow as a telephone."""


@pytest.fixture(scope="module")
def chromium():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-nanum")
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return render(load(REPORTS), tmp_path_factory.mktemp("reports"), beside(REPORTS))


@pytest.fixture(scope="module")
def check_page(tmp_path_factory):
    """Of five files: right, wrong in two ways, broken, and in a notebook."""
    folder = tmp_path_factory.mktemp("students")
    right = HEAD + FUNCTIONS + DIRECT_NET
    texts = {
        "right.py": right,
        "a_file_with_a_rather_long_name_as_they_come_in.py": right.replace("/ batch_num", ""),
        "another.py": right.replace("np.sum(np.exp(x), axis=0)", "np.sum(np.exp(x))"),
        "broken.py": "def sigmoid(x:\n",
        "cells.ipynb": json.dumps(
            {"cells": [{"cell_type": "code", "source": [right.replace("np.log(y", "np.log2(y")]}]}
        ),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    page = folder / "page.html"
    page.write_text(
        to_html(list(check_files([folder / name for name in texts], LANGUAGES))), "utf-8"
    )
    return page


@pytest.fixture(scope="module", params=["report", "check_page"])
def page(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def run(chromium, tmp_path):
    """Runs a script in a page and gives what it returns, and what the console says.

    Where several widths are asked for, what it returns in each.
    """

    def in_browser(page, script, language="ko", widths=(1280,)):
        tell = f"<script>(async () => {{ {script} }})().then((found) => "
        tell += "parent.postMessage(found, '*'))</script>"
        text = page.read_text("utf-8").replace("</body>", tell + "</body>")
        (tmp_path / "page.html").write_text(text, "utf-8")
        frames = "".join(FRAME.replace("WIDTH", str(width)) for width in widths)
        (tmp_path / "around.html").write_text(AROUND.replace("FRAMES", frames), "utf-8")
        options = [
            "--window-size=1700,1000",
            f"--accept-lang={language}",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--virtual-time-budget=20000",
            "--enable-logging=stderr",
            "--dump-dom",
        ]
        done = chrome(chromium, tmp_path, *options, (tmp_path / "around.html").as_uri())
        found = re.search(r"<pre id=\"found\">([^<]*)</pre>", done.stdout)
        assert found, done.stdout[-500:] + done.stderr[-2000:]
        said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
        of_width = json.loads(unquote(html.unescape(found[1])))
        return of_width[0] if len(widths) == 1 else of_width, said

    return in_browser


def chrome(chromium, folder, *options):
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += [f"--user-data-dir={folder / 'profile'}", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def test_the_page_asks_for_nothing_and_is_small(page):
    text = page.read_text("utf-8")
    assert len(text.encode()) < 3_000_000
    sources = re.findall(r"(?:src|href|action)=\"([^\"]*)\"", text)
    assert not [s for s in sources if re.match(r"(https?:)?//", s)]
    assert "@import" not in text
    assert not re.findall(r"url\((?!#|['\"]?data:)", text)


OVERFLOWING = """
const wide = [];
document.querySelectorAll("details").forEach((d) => { d.open = true; });
for (const language of ["ko", "en"]) {
  document.getElementById(`language-${language}`).click();
  if (document.documentElement.scrollWidth > innerWidth + 1) wide.push("the page");
  for (const one of document.querySelectorAll("main *, nav *")) {
    if (one.scrollWidth <= one.clientWidth + 1 || !one.clientWidth) continue;
    const style = getComputedStyle(one);
    if (one.closest("svg, .hidden") || ["none", "inline"].includes(style.display)) continue;
    if (style.overflowX === "visible")
      wide.push(`${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 60)}`);
  }
  for (const text of document.querySelectorAll("svg text")) {
    const box = text.getBoundingClientRect(), around = text.closest("svg").getBoundingClientRect();
    if (box.width && (box.left < around.left - 2 || box.right > around.right + 2))
      wide.push(`label ${text.textContent}`);
  }
}
return { width: innerWidth, wide };
"""


def test_no_text_leaves_its_box(run, page):
    widths = (360, 800, 1280, 1600)
    found, said = run(page, OVERFLOWING, widths=widths)
    assert found == [{"width": width, "wide": []} for width in widths]
    assert said == []


SWITCH = """
const shown = (one) => one.getClientRects().length > 0;
const count = (language) => [...document.querySelectorAll(`[lang="${language}"]:not(.gloss)`)]
  .filter((one) => one !== document.documentElement);
document.querySelectorAll("details").forEach((d) => { d.open = true; });
const before = { en: count("en").filter(shown).length, ko: count("ko").filter(shown).length };
document.getElementById("language-en").click();
const after = { en: count("en").filter(shown).length, ko: count("ko").filter(shown).length };
return { before, after, all: [count("en").length, count("ko").length],
         lang: document.documentElement.lang };
"""


def test_the_browsers_language_decides_and_the_switch_changes_all(run, page):
    found, _ = run(page, SWITCH, language="ko")
    english, korean = found["all"]
    assert english == korean > 20
    assert found["before"]["en"] == 0 < found["before"]["ko"]
    assert found["after"]["ko"] == 0 < found["after"]["en"]
    assert found["lang"] == "en"
    found, _ = run(page, "return document.documentElement.lang", language="en")
    assert found == "en"


CONTROLS = """
const cards = () => [...document.querySelectorAll(".result")].filter((c) => !c.hidden).length;
const all = cards(), verdict = document.getElementById("by-verdict");
verdict.value = "CONSISTENT";
verdict.dispatchEvent(new Event("change"));
const some = cards();
const button = document.getElementById("present");
button.click();
const parts = [...document.querySelectorAll("main > *")];
const shown = () => parts.filter((part) => part.offsetHeight).map((part) => part.id);
const first = shown();
document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
const second = shown();
const size = parseFloat(getComputedStyle(document.body).fontSize);
const tall = [];
for (let i = 0; i < 200; i++) {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  if (document.querySelector("main").offsetHeight < 40) tall.push(button.textContent);
}
document.getElementById("language-en").click();
const escape = new KeyboardEvent("keydown", { key: "Escape", bubbles: true });
document.activeElement.dispatchEvent(escape);
const over = document.body.classList.contains("presenting");
return { all, some, first, second, size, tall, over };
"""


def test_filters_and_presenting_work_by_click_and_key(run, report):
    found, said = run(report, CONTROLS)
    assert found["all"] > found["some"] > 0
    assert found["first"] == ["top"]
    assert found["second"] == ["results"]
    assert found["size"] >= 24
    assert found["tall"] == []  # no slide is empty
    assert not found["over"]
    assert said == []


def test_it_is_whole_without_scripts(page):
    text = re.sub(r"<script>.*?</script>", "", page.read_text("utf-8"), flags=re.DOTALL)
    assert "body:has(#language-en:checked)" in text
    assert text.count("<article") + text.count("<section") > 8


def test_it_prints(chromium, page, tmp_path):
    paper = tmp_path / "page.pdf"
    chrome(chromium, tmp_path, f"--print-to-pdf={paper}", page.as_uri())
    pages = len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
    assert pages > (10 if page.name == PAGE else 1)


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    command = [npm or "npm", "install", "--prefix", str(folder), "--no-audit", AXE]
    if npm is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("axe-core cannot be had here (npm)")
    return (folder / "node_modules/axe-core/axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_screen_reader_finds_nothing_serious(language, axe, run, page, tmp_path):
    copy = tmp_path / "with-axe.html"
    text = page.read_text("utf-8").replace("</body>", f"<script>{axe}</script></body>")
    copy.write_text(text, "utf-8")
    script = """
    const found = await axe.run(document, { resultTypes: ["violations"] });
    return found.violations.filter((v) => ["serious", "critical"].includes(v.impact))
      .map((v) => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 150)]);
    """
    found, _ = run(copy, script, language=language)
    assert found == []
