"""Scenes: a few steps of several threads, of which one may wait until another
lets it go on. Each is built so that it does not matter whether it waited. In those
of ended.py the waiting call does not return.

A module's public function that takes nothing but a lane is a scene."""

import inspect

from . import connections, ended, locks, several, signals, timeouts, transfers
from . import stream_input, stream_output, streams


def is_scene(module, name, value):
    return (
        inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
        and list(inspect.signature(value).parameters) == ["lane"]
    )


def scenes_of(*modules):
    """By name: a seed means the same wherever a scene is written."""
    found = [
        value
        for module in modules
        for name, value in vars(module).items()
        if is_scene(module, name, value)
    ]
    return sorted(found, key=lambda scene: scene.__name__)


ALL = (
    scenes_of(connections, locks, several, signals, timeouts, transfers)
    + scenes_of(ended)
    + scenes_of(stream_input, stream_output, streams)
)
SCENES = [scene for scene in ALL if scene.__name__ not in stream_input.KNOWN]
