"""The one-file page: what it says, in both languages, without a browser."""

import html
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from experiments import catalog, words
from experiments.judge.printed import Judgement
from experiments.judge.rungs import Verdict
from experiments.record.results import JudgedFigure, load
from experiments.report.excerpts import twin
from experiments.report.pages import render
from experiments.report.plots import Labels, to_svg
from experiments.report.prose import prose
from experiments.report.rows import main_row
from experiments.report.web import Beside, first_shown, shown_code
from experiments.sources import questions
from experiments.sources.ledger import PrintedFigure
from experiments.spec import Measurement

REPORTS = Path(__file__).parents[3] / "reports"


@pytest.fixture
def results(record, texts):
    return record


def page_of(results, folder, beside=None):
    path = render(results, folder, beside or Beside())
    assert path == folder / "report.html"
    return path.read_text("utf-8")


def test_every_sentence_stands_in_both_languages(results, tmp_path):
    text = page_of(results, tmp_path / "out")
    value = (
        results.experiments["tiny"]
        .trainings["tiny net"]
        .value(Measurement("output", 0, 30), "scratch")
    )
    assert f'<span lang="en">It gives {value:.3f}.</span>' in text
    assert f'<span lang="ko">{value:.3f}이 나옵니다.</span>' in text
    assert len(re.findall('lang="en"', text)) == len(re.findall('(?<!<html )lang="ko"', text))


def test_what_other_records_say_stands_there_or_that_they_do_not(results, tmp_path):
    text = page_of(results, tmp_path / "without")
    assert "Not measured in this folder: <code>twins faults</code>" in text
    outcome = dict.fromkeys(
        ("injections", "caught", "edits_tried", "edits_at_their_rung", "unseen"), 7
    ) | {"faults": 123, "comparisons": 4567, "false_alarms": 0}
    beside = Beside(
        faults=outcome,
        tolerances=[{"check": "np.allclose", "accepted": 31, "alarms": 2}],
        single_pass=40,
        speed=(("ours", 1.25), ("theirs", 2.5)),
        speed_date="2020-02-02",
    )
    text = page_of(results, tmp_path / "with", beside)
    assert "123 known mistakes" in text
    assert "4,567 comparisons" in text
    assert "<td>31</td><td>2</td>" in text
    assert "a stored measurement of 2020-02-02" in text
    assert "width:45.0%" in text  # half of the slowest, which takes 90


def test_a_page_from_numbers_alone_is_escaped(results, tmp_path):
    tiny = results.experiments["tiny"]
    printed = figure("output", "<script>", 0, 30)
    judged = JudgedFigure(printed, Judgement(Verdict.INSUFFICIENT, "not reached"))
    changed = replace(results, experiments={"tiny": replace(tiny, figures=(judged,))})
    text = page_of(changed, tmp_path / "out")
    assert "&lt;script&gt;" in text
    assert text.count("<script>") == 2  # the page's own


def figure(quantity, printed, row=None, step=None, place="003-1"):
    of = Measurement(quantity, row, step)
    return PrintedFigure("e", "p", "003", place, printed, of, "repr", "digits")


def test_the_main_result_is_the_last_printed_one_with_its_neighbours(results):
    tiny = results.experiments["tiny"]
    judged = [
        JudgedFigure(
            figure("output", str(y), row, 30), Judgement(Verdict.EXACT, "", str(y)), str(y)
        )
        for row, y in enumerate((0.25, 0.75, 0.5, 0.125))
    ]
    before = JudgedFigure(figure("loss", "9", step=1), Judgement(Verdict.INCONSISTENT, "", "8"))
    row = main_row("e", replace(tiny, figures=(before, *judged)))
    assert row.printed == row.scratch == row.keras == "0.25, 0.75, 0.5, 0.125"
    assert (row.what["en"], row.verdict) == ("the four outputs, after 30 updates", Verdict.EXACT)
    one = replace(judged[1], judgement=Judgement(Verdict.UNUSUAL, "", "0.7"))
    row = main_row("e", replace(tiny, figures=(judged[0], one)))
    assert row.verdict is Verdict.UNUSUAL  # the worst of them


def test_without_a_printed_number_it_is_what_the_training_ends_with(results):
    row = main_row("tiny", results.experiments["tiny"])
    outputs = [
        results.experiments["tiny"]
        .trainings["tiny net"]
        .value(Measurement("output", i, 30), "keras")
        for i in range(4)
    ]
    assert row.printed == ""
    assert row.keras == ", ".join(f"{y:.4g}" for y in outputs)


def test_code_is_cut_out_of_the_files_without_docstrings():
    for name in catalog.load():
        assert shown_code(name)
        for names in shown_code(name):
            for side, excerpt in twin(names).items():
                assert '"""' not in excerpt.code
                assert len(excerpt.code.splitlines()) <= 26
                compile(excerpt.code, side, "exec")
                assert excerpt.file.startswith({"scratch": "scratch/", "keras": "keras_ref/"}[side])


@pytest.mark.parametrize("name", ["xor-mlp-6", "two-layer-net-50"])
def test_code_that_another_experiment_shows_too_is_shown_where_that_one_is_not(name):
    """A report of one experiment refers to no other."""
    (shown,) = shown_code(name)
    others = [other for other in catalog.load() if shown in shown_code(other)]
    assert others[0] != name
    whole = load(REPORTS)
    names = list(whole.experiments)
    assert first_shown(names)[shown] == others[0]
    assert first_shown([name])[shown] == name


def test_a_report_on_stand_ins_has_a_row(results):
    figure = next(f for e in load(REPORTS).experiments.values() for f in e.figures)
    judged = JudgedFigure(
        replace(figure.figure, kind="result", counts=True),
        replace(figure.judgement, value="1.0", verdict=Verdict.NOT_COMPARABLE),
        "1.0",
    )
    tiny = replace(results.experiments["tiny"], figures=(judged,))
    assert main_row("tiny", tiny).verdict is Verdict.NOT_COMPARABLE


def test_code_that_is_not_there_is_no_excerpt():
    with pytest.raises(LookupError):
        twin("two_layer_net.NoSuchNet")


def test_every_question_has_an_answer_in_both_languages():
    for question in questions.load():
        assert question.experiment in catalog.load()
        for language in words.LANGUAGES:
            assert len(words.of(language)(f"question.{question.id}")) > 60


def test_a_figures_labels_stand_in_both_languages_and_its_ids_are_its_own():
    labels = Labels()
    drawn = Figure()
    axes = drawn.subplots()
    axes.plot(np.arange(5.0))
    axes.set_xlabel(labels("updates"))
    axes.set_title("Adam & Eve")
    axes.text(1, 1, "3.14159")
    svg = to_svg(drawn, "one", labels)
    root = ElementTree.fromstring(svg)
    texts = [(e.get("lang"), e.text) for e in root.iter() if e.tag.endswith("text")]
    assert ("en", "updates") in texts
    assert ("ko", "갱신 횟수") in texts
    assert (None, "Adam & Eve") in texts
    assert (None, "3.14159") in texts  # of what is drawn two decimals are enough, not of numbers
    ids, others = (set(re.findall(r' id="([^"]*)"', to_svg(drawn, n, labels))) for n in "ab")
    assert ids
    assert not ids & others
    assert html.unescape(svg).count("DejaVu") == 0


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_stored_record_has_every_value_that_a_text_names(language):
    """And a text that names another says that it is missing, instead of failing."""
    say, record = words.of(language), load(REPORTS)
    for name, experiment in record.experiments.items():
        text = catalog.text(name, language)
        errata = [say(f"errata.{erratum.id}.evidence") for erratum in experiment.errata]
        for sentence in (text.summary, text.discussion, *errata):
            assert prose(sentence, experiment, say) != say("page.older text")
    for question in questions.load():
        answered = record.experiments[question.experiment]
        answer = prose(say(f"question.{question.id}"), answered, say)
        assert answer != say("page.older text")
    assert prose('{{ m["no"]["such"] }}', experiment, say) == say("page.older text")
