from collections import Counter
from dataclasses import replace

import pytest

from experiments import catalog, words
from experiments.sources import ledger
from experiments.sources.ledger import LedgerError
from experiments.spec import Measurement


def test_the_ledger_is_complete():
    figures = ledger.figures()
    assert Counter(figure.kind for figure in figures) == {"result": 80, "fact": 85, "time": 9}
    for figure in figures:
        assert figure.source in ledger.sources()
        assert (figure.judged == "none") == (figure.kind == "time")
    same = Counter((f.experiment, f.part, f.place, f.measures) for f in figures)
    assert max(same.values()) == 1
    rows = [f for f in ledger.figures_of("two-layer-net-20") if f.part == "784-20-10"]
    assert len(rows) == 34
    assert [f.printed for f in rows if f.counts] == ["0.9418333333333333", "0.9389"]
    printed = [f.printed for f in ledger.figures_of("xor-mlp-6") if f.part == "3-6-1"]
    assert printed == ["0.02391914", "0.9757925", "0.97343127", "0.03041428"]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_place_reason_source_and_erratum_has_its_words(language):
    say = words.of(language)
    for figure in ledger.figures():
        assert say(f"where.{figure.place}")
        if figure.reason:
            assert say(f"reason.{figure.reason}")
    for number in ledger.sources():
        assert say(f"source.{number}")
    for name in catalog.load():
        for erratum in ledger.errata_of(name):
            for part in ("place", "printed", "true", "evidence"):
                assert say(f"errata.{erratum.id}.{part}")


@pytest.mark.parametrize(
    "typo",
    [
        {"experiment": "xor-mlp-5"},
        {"part": "3-6-2"},
        {"measures": Measurement("output", 0, 5)},
        {"measures": Measurement("output", 4, 9999)},
        {"measures": Measurement("outputs", 0, 9999)},
        {"measures": Measurement("train_accuracy", step=10_000)},
        {"among": Measurement("solved", step=9)},
    ],
    ids=str,
)
def test_a_typo_is_found_before_anything_is_trained(typo):
    experiments = catalog.load()
    figure = ledger.figures_of("xor-mlp-6")[0]
    catalog.check(figure, experiments)
    with pytest.raises(LedgerError, match=r"published.toml"):
        catalog.check(replace(figure, **typo), experiments)


def test_a_value_that_an_evaluation_does_not_give_is_found():
    figure = ledger.figures_of("gates")[0]
    with pytest.raises(LedgerError, match="not among its values XOR"):
        catalog.check(replace(figure, measures=Measurement("XNOR", 0)), catalog.load())


def test_a_block_that_cannot_be_read_is_named(monkeypatch):
    block = {"experiment": "e", "measures": ["a[b]"], "printed": ["1"]}
    monkeypatch.setattr(ledger, "_ledger", lambda: {"figures": [block]})
    ledger.figures.cache_clear()
    with pytest.raises(LedgerError, match=r"figures 1 \(e\): 'a\[b\]' is no measurement"):
        ledger.figures()
    ledger.figures.cache_clear()
