from dataclasses import replace


def test_checkpoints_are_log_spaced_with_the_evaluations_and_the_last_two(training):
    assert training.checkpoints == (1, 2, 5, 10, 20, 29, 30)
    assert replace(training, evaluate_at=(7,)).checkpoints == (1, 2, 5, 7, 10, 20, 29, 30)
    assert replace(training, steps=1).checkpoints == (1,)
