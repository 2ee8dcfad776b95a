"""The allow-list itself: tuples of cells, a family a module."""

from engine.allowlist.cell import Cell
from engine.allowlist.cells import (
    activities,
    attributes,
    boundary_events,
    camunda_attributes,
    camunda_elements,
    data,
    end_events,
    flows,
    gateways,
    intermediate_events,
    loops,
    start_events,
    structure,
)

#: Family → its cells, in the order of the page.
FAMILIES: dict[str, tuple[Cell, ...]] = {
    "Activities": activities.CELLS,
    "Loop markers": loops.CELLS,
    "Gateways": gateways.CELLS,
    "Start events": start_events.CELLS,
    "Intermediate events": intermediate_events.CELLS,
    "Boundary events": boundary_events.CELLS,
    "End events": end_events.CELLS,
    "Sequence flows, pools and lanes": flows.CELLS,
    "Data": data.CELLS,
    "Structure, texts and roots": structure.CELLS,
    "Attributes of BPMN": attributes.CELLS,
    "Camunda's attributes": camunda_attributes.CELLS,
    "Camunda's elements": camunda_elements.CELLS,
}

#: Every cell by its id.
BY_ID: dict[str, Cell] = {cell.id: cell for cells in FAMILIES.values() for cell in cells}
