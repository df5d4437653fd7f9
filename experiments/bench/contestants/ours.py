"""`scratch.fast`."""

from functools import partial

from experiments.bench import team
from experiments.bench.contestant import Contestant
from scratch.fast import train_two_layer_net

CONTESTANT = Contestant("ours", partial(team.prepare, train=train_two_layer_net), threads=1)
