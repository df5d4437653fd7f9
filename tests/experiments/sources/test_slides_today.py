import pytest

from experiments.sources import slides_today


@pytest.mark.parametrize("call", slides_today.calls(), ids=lambda call: call.printed[:40])
def test_the_installed_versions_say_what_the_page_says(call):
    assert call.expected in slides_today.what_it_says(call)
