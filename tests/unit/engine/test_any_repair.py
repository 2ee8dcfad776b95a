"""Whatever is moved, repeated or skipped in whatever diagram: the instance can be finished."""

import re
from collections import Counter

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from engine.errors import OtherTokens, RepairRefused, TargetUnfit
from engine.spiff.repairing import places

from .blocks import BLOCKS, Block, Drawing
from .patient import Patient
from .repaired_diagrams import ALL

_SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class _Ward:
    """An instance of a drawn diagram, and what is done to it by chance."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.tasks = [name for name in drawing.scopes if name.startswith("task")]
        self.patient = Patient(diagram=drawing.text, ran=True)
        self.patient.start(other=False, again=False)

    def open(self) -> list[str]:
        """The user tasks that are open."""
        return [wait.element_id for wait in self.patient.waits().user_tasks.values()]

    def step(self, data: st.DataObject) -> None:
        """Do one thing."""
        deeds = ["complete", "move", "repeat", "skip"]
        deed = data.draw(st.sampled_from(deeds), label="deed")
        if not self.open():
            return
        source = data.draw(st.sampled_from(sorted(self.open())), label="source")
        if deed == "complete":
            other, again = (data.draw(st.booleans(), label=name) for name in ("other", "again"))
            self.patient.complete(source, other=other, again=again)
        elif deed == "skip":
            self.patient.skip(source)
        elif deed == "move":
            self.move(source, data.draw(st.sampled_from(self.tasks), label="target"))
        else:
            self.repeat(data.draw(st.sampled_from(list(self.drawing.scopes)), label="element"))

    def move(self, source: str, target: str) -> None:
        """Move a token; it is there then, and all other tokens are where they were."""
        before = Counter(self.open())
        try:
            self.patient.move(source, target)
        except OtherTokens:
            return
        except TargetUnfit:
            if source == target:
                return
            raise
        after = Counter(self.open())
        expected = before - Counter([source]) + Counter([target])
        assert after == expected, f"{source} to {target}: {before} became {after}"

    def repeat(self, element: str) -> None:
        """Repeat a step; where there is one token, it is there then."""
        before = self.open()
        try:
            self.patient.repeat(element)
        except RepairRefused as refused:
            note(f"refused: {refused}")
            assert self.open() == before
            return
        if self.drawing.single:
            (now,) = self.open()
            assert self._around(now, element), f"{element} was repeated, and the token is at {now}"

    def _around(self, name: str | None, element: str) -> bool:
        """Whether an element is another one, or a sub-process around it."""
        while name is not None and name != element:
            name = self.drawing.scopes[name]
        return name == element

    def finish(self) -> None:
        """Come to the end; a join that waits for what was moved away is passed by hand."""
        for _ in range(60):
            if self.patient.completed:
                return
            if tasks := self.open():
                self.patient.complete(tasks[0], again=False)
                continue
            workflow = self.patient.load().workflow
            stuck = places.tokens_in(workflow, workflow)
            assert all(places.is_join(task) for task in stuck), stuck
            owner = places.owner_of(workflow, stuck[0].workflow)
            element = places.element_of(owner if owner is not None else stuck[0])
            assert element is not None
            self.patient.move(element, "end")
        raise AssertionError(f"it goes round and round: {self.patient.tokens()}")


@_SETTINGS
@given(block=BLOCKS, data=st.data())
def test_after_any_repairs_an_instance_saves_loads_and_can_be_finished(
    block: Block, data: st.DataObject
) -> None:
    drawing = Drawing().draw(block)
    ward = _Ward(drawing)
    for _ in range(data.draw(st.integers(1, 6), label="steps")):
        ward.step(data)
    ward.finish()
    assert not ward.patient.waits().timers


@_SETTINGS
@given(block=BLOCKS, data=st.data())
def test_a_step_repeated_at_once_leads_where_it_led_before(
    block: Block, data: st.DataObject
) -> None:
    ward = _Ward(Drawing().draw(block))
    for _ in range(data.draw(st.integers(0, 3), label="steps before")):
        if ward.open():
            ward.patient.complete(data.draw(st.sampled_from(sorted(ward.open()))))
    if not ward.open():
        return
    done = data.draw(st.sampled_from(sorted(ward.open())), label="done")
    before = sorted(ward.open())
    ward.patient.complete(done)
    if ward.patient.completed:
        return
    after = sorted(ward.open())
    try:
        ward.patient.repeat(done)
    except RepairRefused as refused:
        note(f"refused: {refused}")
        return
    assert sorted(ward.open()) == before
    ward.patient.complete(done)
    assert sorted(ward.open()) == after


@_SETTINGS
@given(name=st.sampled_from(sorted(ALL)), data=st.data())
def test_any_repair_of_any_element_is_done_or_refused_with_its_reason(
    name: str, data: st.DataObject
) -> None:
    """Saving and loading change nothing after each: the walk sees to that."""
    text = ALL[name]
    elements = sorted(set(re.findall(r"<bpmn:(?!message|sequenceFlow)\w+ id=\"(\w+)\"", text)))
    patient = Patient(diagram=text, ran=True)
    patient.start(people=["ana", "bia"], go=True)
    for _ in range(data.draw(st.integers(1, 8), label="repairs")):
        deed = data.draw(st.sampled_from(["move", "repeat", "skip", "change"]), label="deed")
        element = data.draw(st.sampled_from([*elements, *patient.tokens()]), label="element")
        target = data.draw(st.sampled_from(elements), label="target")
        if patient.completed:
            return
        try:
            if deed == "move":
                patient.move(element, target)
            elif deed == "repeat":
                patient.repeat(element)
            elif deed == "skip":
                patient.skip(element, found=element)
            else:
                patient.change("found", seen=target)
        except RepairRefused as refused:
            note(f"refused: {refused}")
