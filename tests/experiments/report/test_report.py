import json
from dataclasses import replace

import pytest

from experiments.report import render
from experiments.spec import Training, normal, with_replacement
from experiments.suite import run as suite
from experiments.suite.parts import Options


@pytest.fixture
def results(experiment, tmp_path):
    list(suite.run([experiment], Options(tmp_path / "run"), lambda label, total: lambda n: None))
    return suite.load_results(tmp_path / "run")


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_rendering_twice_gives_the_same_bytes(results, tmp_path):
    for name in "ab":
        render(json.loads(json.dumps(results)), tmp_path / name)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_pages_tables_and_pictures_are_there(results, tmp_path):
    overview = render(results, tmp_path / "out")
    assert "tiny/README.md" in overview.read_text()
    page = (tmp_path / "out/tiny/README.md").read_text()
    value = results["experiments"]["tiny"]["trainings"]["tiny net"]["measurements"]["output[0]@30"]
    assert f"The first output is {value['scratch']:.3f}." in page
    for link in ("tiny-net-surface.png", "tiny-net-loss.png", "comparison.csv", "curves.csv"):
        assert link in page
        assert (tmp_path / "out/tiny" / link).stat().st_size > 100


def test_a_failed_comparison_is_named_on_both_pages(results, tmp_path):
    rows = results["experiments"]["tiny"]["trainings"]["tiny net"]["comparisons"]
    row = next(r for r in rows if (r["rung"], r["state"]) == ("gradient", "start"))
    row |= {"passed": False, "share": "inf", "difference": "nan"}
    overview = render(results, tmp_path / "out").read_text()
    assert "**tiny disagrees** at tiny net: gradient: W1 (start)" in overview
    assert "first at tiny net: gradient" in (tmp_path / "out/tiny/README.md").read_text()


def test_a_diverged_training_has_a_page(results, tmp_path):
    training = results["experiments"]["tiny"]["trainings"]["tiny net"]
    kept = ("spec", "data", "dtype", "seconds", "provenance", "kept")
    diverged = {key: training[key] for key in kept} | {"diverged": ["keras: not a number"]}
    results["experiments"]["tiny"]["trainings"]["tiny net"] = diverged
    render(results, tmp_path / "out")
    assert "keras: not a number" in (tmp_path / "out/tiny/README.md").read_text()


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
        evaluate_at=(1, 30, 60),
    )
    experiment = replace(experiment, trainings=(training,), evaluations=(), discussion="Text.")
    list(suite.run([experiment], Options(tmp_path / "run"), lambda label, total: lambda n: None))
    return suite.load_results(tmp_path / "run")


def test_an_image_classifier_has_all_its_pictures_and_says_what_it_ran_on(image_results, tmp_path):
    overview = render(image_results, tmp_path / "out")
    page = (tmp_path / "out/tiny/README.md").read_text()
    for kind in ("accuracy", "loss", "weight-difference", "hidden-units", "samples", "confusion"):
        assert f"784-5-10-{kind}.png" in page
        assert (tmp_path / f"out/tiny/784-5-10-{kind}.png").stat().st_size > 5000
    assert "Not MNIST" in page
    assert "Not MNIST" in overview.read_text()
    training = image_results["experiments"]["tiny"]["trainings"]["784-5-10"]
    assert all(row["passed"] for row in training["comparisons"])
    assert sum(map(sum, training["confusion"]["scratch"])) == 297


def test_too_few_wrong_digits_leave_empty_cells(image_results, tmp_path):
    training = image_results["experiments"]["tiny"]["trainings"]["784-5-10"]
    training["samples"]["wrong"] = training["samples"]["wrong"][:1]
    render(image_results, tmp_path / "out")


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
