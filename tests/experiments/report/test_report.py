import re
from dataclasses import replace
from itertools import groupby, zip_longest
from pathlib import Path

import pytest

from experiments.judge.printed import Judgement
from experiments.judge.rungs import Verdict
from experiments.record.provenance import describe
from experiments.record.results import (
    Divergence,
    EvaluationResult,
    ExperimentResult,
    JudgedFigure,
    Results,
    load,
)
from experiments.report.pages import render
from experiments.sources.ledger import PrintedFigure
from experiments.spec import Evaluation, Measurement, Training, normal, with_replacement
from experiments.suite import experiments as suite
from experiments.suite.options import Options

pytestmark = pytest.mark.usefixtures("texts")


@pytest.fixture
def results(record):
    return record


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_rendering_twice_gives_the_same_bytes(results, tmp_path):
    for name in "ab":
        render(results, tmp_path / name)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def changed(results, name, **fields):
    """The record with some fields of the tiny experiment's training changed."""
    tiny = results.experiments["tiny"]
    training = replace(tiny.trainings[name], **fields)
    return replace(results, experiments={"tiny": replace(tiny, trainings={name: training})})


@pytest.mark.parametrize(
    ("page", "says"), [("README.md", "The first output is"), ("README.ko.md", "첫 출력은")]
)
def test_pages_tables_and_pictures_are_there_in_both_languages(page, says, results, tmp_path):
    render(results, tmp_path / "out")
    assert f"tiny/{page}" in (tmp_path / "out" / page).read_text()
    text = (tmp_path / "out/tiny" / page).read_text()
    training = results.experiments["tiny"].trainings["tiny net"]
    value = training.value(Measurement("output", 0, 30), "scratch")
    assert f"{says} {value:.3f}" in text
    for link in ("tiny-net-surface.png", "tiny-net-loss.png", "comparison.csv", "curves.csv"):
        assert link in text
        assert (tmp_path / "out/tiny" / link).stat().st_size > 100


def test_results_facts_and_times_are_counted_apart(results, tmp_path):
    def judged(number, verdict, **fields):
        of = Measurement("loss", step=number)
        figure = PrintedFigure(
            "tiny", "tiny net", "003", "003-1", "1", of, "text", "none", **fields
        )
        return JudgedFigure(figure, Judgement(verdict, "as printed"))

    figures = (
        judged(1, Verdict.EXACT),
        judged(2, Verdict.EXACT, counts=False),
        *(judged(3 + i, Verdict.EXACT, kind="fact") for i in range(2)),
        *(judged(5 + i, Verdict.NOT_COMPARABLE, kind="time") for i in range(3)),
    )
    tiny = replace(results.experiments["tiny"], figures=figures)
    render(replace(results, experiments={"tiny": tiny}), tmp_path / "out")
    text = (tmp_path / "out/README.md").read_text()
    assert "7 printed figures" in text
    assert "| results | facts of data and nets | times | shown only |" in text
    assert "| ● EXACT | 1 | 2 | 0 | 1 |" in text
    assert "| – NOT COMPARABLE | 0 | 0 | 3 | 0 |" in text


@pytest.mark.parametrize("given", [False, True])
def test_weights_that_the_user_gave_are_not_said_to_be_trained(given, tmp_path, monkeypatch):
    monkeypatch.undo()  # the catalog's own texts
    differing = ("decisions that differ", "decisions that softmax changes")
    values = {name: {"scratch": 0} for name in differing} | {
        "accuracy one by one": {"scratch": 0.1}
    }
    seconds = {name: {"scratch": 1.0, "keras": 2.0} for name in ("one by one", "in batches")}
    inference = EvaluationResult(
        None,
        "float64",
        "",
        values,
        seconds,
        on_given_weights=given,
        provenance=describe("twins", {}),
    )
    experiment = ExperimentResult(15, ("000",), {}, {"inference": inference})
    render(Results({"mnist-inference": experiment}), tmp_path / "out")
    for page, trained in (("README.md", "trained first"), ("README.ko.md", "먼저 학습합니다")):
        text = (tmp_path / "out/mnist-inference" / page).read_text()
        assert (trained in text) != given
        assert ("`--weights`" in text) == given


def test_a_failed_comparison_is_named_on_both_pages(results, tmp_path):
    rows = results.experiments["tiny"].trainings["tiny net"].comparisons
    wrong = {"share": float("inf"), "difference": float("nan")}
    failing = tuple(
        replace(row, **wrong) if (row.rung, row.state) == ("gradient", "start") else row
        for row in rows
    )
    render(changed(results, "tiny net", comparisons=failing), tmp_path / "out")
    for page in ("README.md", "tiny/README.md"):
        text = (tmp_path / "out" / page).read_text()
        assert "tiny net: first at gradient: W1 (start) differs by nan" in text


def test_a_diverged_training_has_a_page(results, tmp_path):
    diverged = changed(
        results,
        "tiny net",
        diverged=(Divergence("keras", 7, "a1"),),
        comparisons=(),
        measured=(),
        loss=None,
        weights=None,
        surface=None,
    )
    render(diverged, tmp_path / "out")
    text = (tmp_path / "out/tiny/README.md").read_text()
    assert "keras: not a finite number from update 7 on, first in a1" in text


def test_a_page_says_how_far_a_training_was_judged_and_with_what_power(results, tmp_path):
    render(results, tmp_path)
    text = (tmp_path / "tiny/README.md").read_text()
    assert "within its bound, up to the last update" in text
    early, late = results.experiments["tiny"].trainings["tiny net"].power
    assert (early.first, early.last, late.first, late.last) == (1, 30, 21, 29)
    assert f"would show within 30 updates: W1 {early.smallest['W1']:.1g}, W2" in text
    assert (
        f"as late as update 21 would show by update 29 from: W1 {late.smallest['W1']:.1g}" in text
    )


@pytest.fixture
def image_results(experiment, tmp_path):
    """A little image classifier, on the digits that stand in for MNIST here."""
    training = Training(
        name="784-5-10",
        model="two_layer_net.TwoLayerNet",
        data="mnist",
        start=normal(0.1, W1=(784, 5), b1=(5,), W2=(5, 10), b2=(10,)),
        order=with_replacement(20),
        learning_rate=0.5,
        steps=60,
        evaluate_at=(1, 20, 40, 60),
    )
    experiment = replace(experiment, trainings=(training,), evaluations=())
    list(suite.run([experiment], Options(tmp_path / "run"), lambda label, total: lambda n: None))
    return load(tmp_path / "run")


@pytest.mark.slow
def test_an_image_classifier_has_all_its_pictures_and_says_what_it_ran_on(image_results, tmp_path):
    overview = render(image_results, tmp_path / "out")
    page = (tmp_path / "out/tiny/README.md").read_text()
    for kind in ("accuracy", "loss", "hidden-units", "samples", "confusion"):
        assert f"784-5-10-{kind}.png" in page
        assert (tmp_path / f"out/tiny/784-5-10-{kind}.png").stat().st_size > 5000
    assert "Not MNIST" in page
    assert "Not MNIST" in overview.read_text()
    training = image_results.experiments["tiny"].trainings["784-5-10"]
    assert all(row.passed for row in training.comparisons)
    assert sum(map(sum, training.images.confusion["scratch"])) == 297
    assert "(the first" not in page


def test_what_ran_on_other_digits_without_a_training_says_so(experiment, tmp_path):
    def count(package, data):
        return {"images": len(data.x)}

    evaluation = Evaluation("count", count, data="mnist")
    only = replace(experiment, trainings=(), evaluations=(evaluation,))
    list(suite.run([only], Options(tmp_path / "run"), lambda label, total: lambda n: None))
    render(load(tmp_path / "run"), tmp_path / "out")
    assert "Not MNIST" in (tmp_path / "out/tiny/README.md").read_text()
    assert "MNIST" in (tmp_path / "out/README.ko.md").read_text()


@pytest.mark.slow
def test_too_few_wrong_digits_leave_empty_cells(image_results, tmp_path):
    images = image_results.experiments["tiny"].trainings["784-5-10"].images
    few = replace(images, wrong=images.wrong[:1])
    render(changed(image_results, "784-5-10", images=few), tmp_path / "out")


def test_what_an_earlier_report_wrote_is_removed_and_nothing_else(results, tmp_path):
    out = tmp_path / "out"
    render(results, out)
    (out / "tiny/own.png").write_bytes(b"mine")
    (out / "tiny/old-seeds.png").write_bytes(b"")
    with (out / "files.txt").open("a") as file:
        file.write("tiny/old-seeds.png\n")
    render(results, out)
    assert not (out / "tiny/old-seeds.png").exists()
    assert (out / "tiny/own.png").read_bytes() == b"mine"


def narrowest(table):
    """Pixels below which a table of GitHub's cannot shrink: its longest words, by columns."""
    cells = [
        [re.sub(r"\]\([^)]*\)", "]", cell) for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        for row in table
        if not set(row) <= set("|-: ")
    ]
    longest = [
        max(sum(2 if ord(c) > 0x1100 else 1 for c in word) for word in re.split(r" |<br>", cells))
        for cells in map(" ".join, zip_longest(*cells, fillvalue=""))
    ]
    return sum(26 + 7.5 * characters for characters in longest)


def test_no_table_of_the_report_is_wider_than_a_column_of_github():
    pages = sorted((Path(__file__).parents[3] / "reports").rglob("*.md"))
    assert len(pages) > 40
    tables = [
        (page, list(rows))
        for page in pages
        for is_table, rows in groupby(page.read_text().splitlines(), lambda row: row[:1] == "|")
        if is_table
    ]
    assert [page for page, table in tables if narrowest(table) > 1000] == []
    assert narrowest(["| a | b |", "|---|---|", f"| {'x' * 150} | y |"]) > 1000
