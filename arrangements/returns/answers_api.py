"""The API's answers: one line of a return, by council, year and the arrangement's reference; recorded as from every door."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from arrangements.returns.answering import FIELDS, Answer, AnswersRefused, Conflict, ReasonsMissing, StaleAnswers, record_answers
from arrangements.returns.api import NO_STATE_FOR_IT, AnswerSerializer, OfReturn, ReturnFilter
from arrangements.returns.checks import Finding
from arrangements.returns.columns import RETURN_COLUMNS
from arrangements.returns.reading import ReadLine, lines_of
from arrangements.returns.rights import KEEP_RETURNS, may_answer
from arrangements.returns.states import SHORTEST_REASON
from arrangements.returns.vocabulary import Outcome
from sharedservices.common.api import refuse_names
from sharedservices.common.api_writing import DOOR, STALE, body_of, one_act, version_read, written
from sharedservices.common.errors import RuleBroken
from sharedservices.common.problems import Fault, Refused, within
from sharedservices.common.strict import REFUSED, UNREADABLE, Code, Text, Whole, Writing, same

LONGEST_NOTE = 2_000
GOOD_REASON = "Two more councils joined in May"


class AnswerWriting(Writing):
    """What is answered for one line. `reason` says why it is right although a check doubts it."""

    EXAMPLE = {"outcome": "figure", "amount": 410000, "note": "Section 151 officer, 3 May 2015", "reason": GOOD_REASON}

    outcome = Code(choices=Outcome.choices)
    amount = Whole(required=False, allow_null=True, help_text="Whole pounds. With a figure, and with nothing else.")
    note = Text(
        required=False, allow_blank=True, max_length=LONGEST_NOTE, help_text="Source of the figure, or why there is none."
    )


class AnswerViewSet(OfReturn):
    """One line of a return. Its version is 0 before the first answer: `If-Match` then says that there was none."""

    serializer_class = AnswerSerializer
    filterset_class = ReturnFilter
    columns = RETURN_COLUMNS

    def get_object(self) -> ReadLine:
        """The line of the address, of a return that the account may see."""
        self.asked = self.annual_return()
        found = lines_of(self.asked, self.kwargs["reference"].upper())
        if not found:
            raise Http404
        return found[0]

    @extend_schema(request=AnswerWriting)
    def update(self, request: Request, *args: Any, partial: bool = False, **kwargs: Any) -> Response:
        """Answer the line, on the reading that `If-Match` names. An answer can be changed, and not taken away."""
        refuse_names(request)
        line = self.get_object()
        if not may_answer(request.user):
            raise Refused(403, "Not allowed", f"The account of this token may not do this: it needs {KEEP_RETURNS}.")
        read = version_read(request) or set()
        writing = AnswerWriting(data=self._without_echo(body_of(request), line), partial=partial)
        values = (writing if partial else writing.whole()).read()
        reason = values.pop("reason", "").strip()
        if partial:
            if line.answer is None and "outcome" not in values:
                fault = Fault(
                    "/body/outcome", "outcome: there is no answer yet, so give the whole of it.", "must_be_given", None, "figure"
                )
                raise Refused(400, UNREADABLE, faults=[fault])
            values = {"outcome": line.outcome, "amount": line.amount, "note": line.note} | values
        version = line.version if line.version in read else next(iter(read), -1)
        values = {"amount": None, "note": ""} | values
        answer = Answer(line.arrangement.pk, **values, version=version or None, reason=reason)
        self._record(request, answer, reason)
        line = self.get_object()
        return written(request, AnswerSerializer(line).data, line.version)

    @extend_schema(request=AnswerWriting)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change part of the answer, on the reading that `If-Match` names."""
        return self.update(request, *args, partial=True, **kwargs)

    def _without_echo(self, body: dict[str, Any], line: ReadLine) -> dict[str, Any]:
        """The body less what reading gives besides, where it was sent back as it was read."""
        current = AnswerSerializer(line).data
        echoed = {name for name in body if name in current and name not in FIELDS}
        for name in echoed:
            if not same(body[name], current[name]):
                detail = f"{name}: it can’t be written here. Leave it out, or send it as it was read."
                raise Refused(
                    400, UNREADABLE, faults=[Fault(within("/body", name), detail, "read_only", body[name], current[name])]
                )
        return {name: value for name, value in body.items() if name not in echoed}

    def _record(self, request: Request, answer: Answer, reason: str) -> None:
        try:
            with one_act(request, reason):
                try:
                    record_answers(annual_return=self.asked, answers=[answer], user=request.user, door=DOOR, reason=reason)
                except RuleBroken as refusal:
                    faults = [Fault("/body", message, "a_rule_of_the_register") for message in refusal.messages]
                    raise Refused(409, NO_STATE_FOR_IT, faults=faults) from refusal
        except StaleAnswers as stale:
            raise self._stale(stale.conflicts[0]) from stale
        except AnswersRefused as refused:
            raise Refused(422, REFUSED, faults=_of_findings(refused.faults, answer)) from refused
        except ReasonsMissing as missing:
            raise Refused(422, "A check doubts it", faults=_of_findings(missing.doubts, answer)) from missing

    def _stale(self, conflict: Conflict) -> Refused:
        base = dict(conflict.base)
        differences = [
            {
                "field": each.field,
                **({"base": base[each.field]} if each.field in base else {}),
                "theirs": each.theirs,
                "yours": each.mine,
            }
            for each in conflict.differences()
        ]
        detail = (
            "Somebody changed the answer since you read it, and nothing was stored. Compare, and send it again on what stands."
        )
        line = self.get_object()
        return Refused(412, STALE, detail, current=AnswerSerializer(line).data, version=line.version, differences=differences)


def _of_findings(found: dict[int, list[Finding]], answer: Answer) -> list[Fault]:
    return [fault_of(finding, answer.values()) for findings in found.values() for finding in findings]


def fault_of(finding: Finding, values: dict[str, Any], at: str = "/body") -> Fault:
    """What a check says, at the field that it is about; a doubt says how it is met."""
    detail = finding.message
    example: Any = AnswerWriting.EXAMPLE.get(finding.field)
    if not finding.is_hard:
        detail += f" Correct it, or say in “reason”, in {SHORTEST_REASON} letters or more, why it is right."
        example = finding.suggestion if finding.suggestion is not None else {"reason": GOOD_REASON}
    return Fault(within(at, finding.field), detail, finding.rule.replace("-", "_"), values.get(finding.field), example)
