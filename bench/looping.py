# ruff: noqa: INP001 - scripts, not a package
"""A process that goes round for as long as it is asked to, with a clock and data."""

ROUNDS = """\
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
    targetNamespace="bench">
  <bpmn:process id="rounds" isExecutable="true">
    <bpmn:startEvent id="start"/>
    <bpmn:subProcess id="round">
      <bpmn:startEvent id="begin"/>
      <bpmn:userTask id="ask" name="Ask"/>
      <bpmn:endEvent id="over"/>
      <bpmn:sequenceFlow id="r1" sourceRef="begin" targetRef="ask"/>
      <bpmn:sequenceFlow id="r2" sourceRef="ask" targetRef="over"/>
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="late" attachedToRef="round" cancelActivity="false">
      <bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="told"/>
    <bpmn:exclusiveGateway id="again" default="f4"/>
    <bpmn:endEvent id="end"/>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="round"/>
    <bpmn:sequenceFlow id="f2" sourceRef="round" targetRef="again"/>
    <bpmn:sequenceFlow id="f3" sourceRef="again" targetRef="round">
      <bpmn:conditionExpression>${more}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" sourceRef="again" targetRef="end"/>
    <bpmn:sequenceFlow id="f5" sourceRef="late" targetRef="told"/>
  </bpmn:process>
</bpmn:definitions>"""
