"""The record: written and read back the same, and refused with a sentence where it cannot be."""

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import words
from experiments.judge.ladder import Comparison, Place
from experiments.record.results import (
    SCHEMA,
    ExperimentResult,
    RecordError,
    Results,
    change,
    load,
    plain,
    typed,
)
from experiments.record.store import RESULTS, to_json
from experiments.record.summary import failure_of, summarise
from experiments.spec import Measurement


@pytest.fixture
def results(record):
    return record


def test_a_record_is_read_back_as_it_was_written(results):
    again = typed(json.loads(to_json(plain(results))), Results)
    assert again == results
    assert results.experiments["tiny"].trainings["tiny net"].measured


def test_what_is_not_finite_is_read_back_as_well(results):
    training = results.experiments["tiny"].trainings["tiny net"]
    comparison = Comparison("loss", "start", "loss", float("inf"), 0.0, float("inf"), Place((1,)))
    changed = replace(training, comparisons=(comparison,))
    again = typed(json.loads(to_json(plain(changed))), type(training))
    assert again == changed
    assert not again.comparisons[0].passed


UNUSABLE = {
    "{": "damaged",
    "[]": "damaged",
    "null": "damaged",
    '{"schema": 2, "experiments": {}}': "schema 2, of another version",
    f'{{"schema": {SCHEMA}, "experiments": {{"a": {{}}}}}}': "lesson",
    f'{{"schema": {SCHEMA}, "experiments": {{"a": {{"lesson": "x", "sources": []}}}}}}': "int",
    f'{{"schema": {SCHEMA}, "experiments": 3}}': "damaged",
    f'{{"schema": {SCHEMA}, "experiments": {{"a": NaN}}}}': "NaN is no number",
    f'{{"schema": {SCHEMA}, "experiments": {{"a": 1e999}}}}': "1e999 is no number",
    f'{{"schema": {SCHEMA}, "experiments": {{"../evil": {{"lesson": 1, "sources": []}}}}}}': "evil",
}


@pytest.mark.parametrize("content", UNUSABLE)
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_unusable_records_are_refused_with_what_to_do(content, language, tmp_path):
    (tmp_path / RESULTS).write_text(content)
    with pytest.raises(RecordError) as error:
        load(tmp_path)
    told = error.value.told(words.of(language))
    assert "`twins run`" in told
    assert "\n" not in told
    if language == "en":
        assert UNUSABLE[content] in told


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_no_content_whatever_ends_in_another_error(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("record")
    (folder / RESULTS).write_text(json.dumps({"schema": SCHEMA, "experiments": content}))
    with contextlib.suppress(RecordError):
        load(folder)


def test_a_record_that_is_replaced_is_told(tmp_path):
    (tmp_path / RESULTS).write_text("{")
    told = []
    change(tmp_path, lambda present: present, told.append)
    assert [error.key for error in told] == ["record.damaged"]
    assert load(tmp_path) == Results()


def test_the_lowest_rung_that_fails_is_named_in_whatever_order_it_stands(results):
    part = results.experiments["tiny"].trainings["tiny net"]
    failed = [
        Comparison(rung, "probe", "W1", 2.0, 1.0, 2.0)
        for rung in ("trajectory", "differences", "gradient", "update")
    ]
    assert failure_of("p", replace(part, comparisons=failed)).comparison.rung == "gradient"
    assert summarise(ExperimentResult(1, ())).agrees


@pytest.mark.parametrize("text", ["e", "output[3]@9999", "loss@30", "point[95]", "std of -1, 2[0]"])
def test_a_measurement_is_read_as_it_is_written(text):
    assert str(Measurement.parse(text)) == text


@pytest.mark.parametrize("text", ["", "[1]", "a[x]", "a@", "a@1[2]", "a[1][2]"])
def test_what_is_no_measurement_is_refused(text):
    with pytest.raises(ValueError, match="is no measurement"):
        Measurement.parse(text)
