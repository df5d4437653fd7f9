"""Where a difference was found, in words; apart from the pages, for a terminal needs it too."""

from experiments.judge.ladder import Place
from experiments.words import Words


def place_in_words(place: Place, say: Words) -> str:
    """A place in words: "step 3 [0, 2]"."""
    said = []
    if place.step is not None:
        said.append(say("place.step", step=f"{place.step:,}"))
    if place.shapes:
        first, second = place.shapes
        said.append(say("place.shapes", first=tuple(first), second=tuple(second)))
    if place.counted:
        said.append(say("place.counted", count=place.counted[0], all=place.counted[1]))
    if place.index:
        said.append(str(list(place.index)))
    return " ".join(said)
