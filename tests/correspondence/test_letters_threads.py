"""Letters that are asked for at the same time, as previews in a web process are."""

from concurrent.futures import ThreadPoolExecutor

from correspondence.content import Kind
from correspondence.rendering.letters import render_letter
from tests.correspondence.examples import letter


def test_letters_made_by_several_threads_are_those_made_one_after_the_other() -> None:
    contents = [letter(kind) for kind in (Kind.REMINDER, Kind.DEMAND, Kind.FINAL_DEMAND, Kind.REMINDER)]
    expected = [render_letter(content).pdf for content in contents]
    with ThreadPoolExecutor(4) as pool:
        made = [rendered.pdf for rendered in pool.map(render_letter, contents)]
    assert made == expected
