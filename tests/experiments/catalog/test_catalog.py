import re
from importlib import import_module

import numpy as np
import pytest

from experiments import catalog
from experiments.data import Dataset, load
from experiments.pair.evaluate import run_evaluation
from experiments.sources import ledger
from experiments.suite.judging import judge_figures


def test_every_file_is_found_and_lessons_are_in_order():
    lessons = [experiment.lesson for experiment in catalog.load().values()]
    assert len(lessons) >= 18
    assert lessons == sorted(set(lessons))


@pytest.mark.parametrize("experiment", catalog.load().values(), ids=lambda e: e.name)
def test_both_packages_have_every_model_under_the_same_name(experiment):
    for training in experiment.trainings:
        module, model = training.model.split(".")
        assert hasattr(import_module(f"scratch.{module}"), model)
        assert hasattr(import_module(f"keras_ref.{module}"), model)
        load(training.data, "float64")


@pytest.mark.parametrize("side", ["scratch", "keras_ref"])
def test_lines_that_give_a_gate_are_counted_exactly(side):
    """Among 41³ lines in whole numbers; in fractions, rounding decided ties on both sides alike."""
    from experiments.catalog.gates import lines_tried
    from experiments.pair.evaluate import package

    counts = lines_tried(package(side))
    assert counts == {"AND": 1540, "OR": 2870, "NAND": 1330, "XOR": 0, "lines": 41**3}


LINES = {
    "000-11": "미니 배치 크기 : 100 반복 횟수 : 10000 "
    "에폭 : 10000 / 600 쓰는 데이터 : 10000 * 100 (?)",
    "000-12": "h = 1e-4 # 0.0001",
    "001-5": "0부터 9까지의 숫자 이미지로 구성",
    "003-16": "Trainable params: 407,050 Non-trainable params: 0",
    "003-17": "Epoch 18/20 Epoch 19/20 Epoch 20/20",
    "003-18": "60000/60000 [=====] 60000/60000 [=====] 60000/60000 [=====]",
    "003-19": "x_train.reshape(60000, 784) x_test.reshape(10000, 784)",
    "003-20": "# 입력 이미지를 2차원에서 1차원 벡터로 변경한다.",
    "003-21": "# 입력 이미지의 픽셀 값이 0.0에서 1.0 사이의 값이 되게 한다.",
    "003-22": "# XOR 연산을 위한 4행*1열의 목표 행렬",
    "003-23": "resulting in a 3x4 output matrix",
    "004-6": "# input_size : 784, hidden_size : 20, output_size : 10",
    "004-7": "# W1.shape (784, 20), b1.shape(20, ), W2.shape(20, 10), b2.shape(10,)",
    "004-8": "# (batch_size, 784) x (784, 20) + (20, ) = (batch_size, 20, )",
    "004-9": "# (batch_size, 20) x (20, 10) + (10, ) = (batch_size, 10)",
    "004-10": "# (batch_size, 784) x (784, 20) + (20, ) = (batch_size, 20, )",
    "004-11": "# (batch_size, 20) x (20, 10) + (10, ) = (batch_size, 10)",
    "004-12": "x = x.T # 10*100",
    "004-13": "# 10*100 - 100 = 10*100",
    "004-14": "# y, t는 배치 단위의 샘플들 (2차원 배열)",
    "004-15": "# 60000개의 데이터를 100개씩 가져다 쓰면 600번 반복 : 1 epoch",
    "004-16": "# 600",
    "004-17": "# 100장의 이미지 # 100개의 정답",
    "004-18": "# 0, 600, 1200, 1800... (1 epoch 마다)",
    "004-19": "h = 1e-4 # 0.0001",
    "004-20": "delta = 1e-7 # 0.0000001",
}
"""What the sources print at some places, copied from them."""


@pytest.fixture(scope="module")
def blank_mnist():
    """As many samples as MNIST has, blank but for one pixel, with all ten labels."""
    x = np.zeros((60_000, 784), np.float32)
    x[0, 0] = 1
    t = np.eye(10, dtype=np.float32)[np.arange(60_000) % 10]
    return Dataset("mnist", "images", x, t, x[:10_000], t[:10_000])


def test_facts_that_the_sources_print_are_computed_as_printed(blank_mnist):
    """By both packages, as the lines of the sources have them, in the order of the lines."""
    facts = [figure for figure in ledger.figures() if figure.place in LINES]
    left = dict(LINES)
    for figure in facts:
        assert figure.printed in left[figure.place], figure.place
        left[figure.place] = left[figure.place].partition(figure.printed)[2]
    assert {figure.place for figure in facts} == LINES.keys()
    for name, part in dict.fromkeys((figure.experiment, figure.part) for figure in facts):
        evaluation = catalog.load()[name].part(part)
        data = load(evaluation.data, "float64") if evaluation.data == "xor" else None
        data = blank_mnist if evaluation.data == "mnist" else data
        result = run_evaluation(evaluation, data, None, evaluation.training)
        assert all(comparison.passed for comparison in result.comparisons)
        own = [figure for figure in facts if (figure.experiment, figure.part) == (name, part)]
        for judged in judge_figures(own, {part: result}, {}):
            assert judged.judgement.value == judged.figure.printed
            by_both = judged.figure.measures.quantity in {c.quantity for c in result.comparisons}
            assert judged.by_keras == (judged.figure.printed if by_both else "")


def test_what_contradicts_a_comment_is_computed():
    """The XOR program's inputs, said to have two columns, and a target, shown with nine numbers."""
    shapes, target = (
        catalog.load()[name].part(part)
        for name, part in (("xor-mlp-6", "shapes"), ("keras-mnist-512", "one-hot"))
    )
    for side in ("scratch", "keras"):
        values = run_evaluation(shapes, load("xor", "float64")).values
        assert values["X"][side] == "4행*3열"
        values = run_evaluation(target).values
        assert values["target of a 0"][side] == "1 0 0 0 0 0 0 0 0 0"


def test_evaluations_find_their_trainings():
    for experiment in catalog.load().values():
        names = {training.name for training in experiment.trainings}
        for evaluation in experiment.evaluations:
            assert evaluation.params_of in {"", *names}


def _tags(text):
    """The placeholders of a text, without the words that join a list."""
    tags = re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL)
    return sorted(re.sub(r'join\(".*?"\)', "join", " ".join(tag.split())) for tag in tags)


@pytest.mark.parametrize("name", catalog.load())
def test_an_experiment_has_its_text_in_both_languages_with_the_same_figures(name):
    english, korean = (catalog.text(name, language) for language in ("en", "ko"))
    assert english.title != name
    assert re.search("[가-힣]", korean.title)
    assert re.search("[가-힣]", korean.discussion)
    assert _tags(english.discussion) == _tags(korean.discussion)
    assert english.discussion.count("|---") == korean.discussion.count("|---")
