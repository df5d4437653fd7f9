import json

import pytest

from experiments import suite
from experiments.report import render
from experiments.suite import Options


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
    row = next(r for r in rows if r["rung"] == "gradient")
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
