"""Officers' own pages: their councils, what is asked of each and the answers to queries, a preview, and the board paper.

Every page begins with `OwnCouncil`, which answers 404 for a council that isn't the officer's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from arrangements.public.board_paper import files_of, labels_of, title_of
from arrangements.public.own_council import OwnCouncil
from arrangements.returns.models import AnnualReturn, FinancialYear, Query
from arrangements.returns.querying import answer_query
from arrangements.returns.states import SHORTEST_REASON, says_enough
from arrangements.returns.vocabulary import QueryState
from councils.models import Council
from sharedservices.common.errors import RuleBroken
from sharedservices.common.periods import spelled_moment
from sharedservices.common.today import today
from sharedservices.common.trail import events
from sharedservices.common.versions import StaleWrite

DOOR = "officer's page"
LONGEST_ANSWER = 1_000
# What an officer reads of a query: if one of these changed meanwhile, both sides are shown.
READ = {"text": "Question", "answer": "Answer", "state": "State", "decision": "The LGA’s decision"}


def for_the_officer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of one council, for whoever is its officer; nobody keeps a copy of it."""

    @cache_control(private=True, no_store=True)
    @login_required
    @wraps(view)
    def page(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
        return view(request, OwnCouncil(request.user, slug), **more)

    return page


@require_safe
@cache_control(private=True, no_store=True)
@login_required
def my_councils(request: HttpRequest) -> HttpResponse:
    """`/my-council/`: the councils this officer looks after, each with where its return stands."""
    councils = list(Council.objects.filter(officers=request.user.pk).order_by("short_name"))
    year = FinancialYear.objects.in_collection(today())
    returns = {
        each.council_id: each
        for each in AnnualReturn.objects.filter(year=year, council__in=councils)
        .with_progress()
        .annotate(waiting=Count("queries", filter=Q(queries__state=QueryState.OPEN)))
    }
    rows = [(council, returns.get(council.pk)) for council in councils]
    return render(request, "public/my_councils.html", {"rows": rows, "year": year})


@require_safe
@for_the_officer
def my_council(request: HttpRequest, own: OwnCouncil) -> HttpResponse:
    """`/my-council/<slug>/`: everything the council is in, what is asked of it this year and what stands, published or not."""
    for asked in own.returns:
        for each in asked.queries.all():
            each.form = AnswerForm(question=each)
    return render(request, "public/my_council.html", {"own": own, "council": own.council, "year": own.year})


class AnswerForm(forms.Form):
    """The council's answer to one query, with the version of the query that was read."""

    use_required_attribute = False

    answer = forms.CharField(
        label="Your answer",
        help_text=f"From {SHORTEST_REASON} to {LONGEST_ANSWER:,} characters. The LGA reads it at once. It isn’t published.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": f"Answer: it is empty. Say in {SHORTEST_REASON} letters or more why the answer is right."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_147_483_647)

    def __init__(self, data: Any = None, *, question: Query) -> None:
        initial = {"answer": question.answer, "version": question.version}
        super().__init__(data, initial=initial, auto_id=f"%s-{question.pk}")

    def clean_answer(self) -> str:
        said = self.cleaned_data["answer"].strip()
        if not says_enough(said):
            raise ValidationError(
                f"Answer: “{said}” is too short. Say in {SHORTEST_REASON} letters or more why the answer is right."
            )
        if len(said) > LONGEST_ANSWER:
            raise ValidationError(
                f"Answer: it has {len(said):,} characters, and {LONGEST_ANSWER:,} is the most. Shorten it, and send what is"
                " left over to the LGA."
            )
        return said

    def rest_on(self, question: Query) -> None:
        """What is sent next rests on the query as it stands now; what was typed stays."""
        self.data = {**self.data.dict(), "version": str(question.version)}  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_officer
def query(request: HttpRequest, own: OwnCouncil, key: int) -> HttpResponse:
    """`/my-council/<slug>/queries/<key>/`: one query, and the answer to it. What can't be stored stays in the form."""
    question = get_object_or_404(own.queries(), pk=key)
    if request.method != "POST":
        return _query_page(request, own, question, AnswerForm(question=question))
    form = AnswerForm(request.POST, question=question)
    if not form.is_valid():
        return _query_page(request, own, question, form, status=400)
    read = form.cleaned_data["version"]
    if not _moved(question, read):
        # What the officer can't see, such as whose the query is at the LGA, is no reason to ask again.
        read = question.version
    try:
        answer_query(question=question, answer=form.cleaned_data["answer"], user=request.user, door=DOOR, version=read)
    except StaleWrite:
        question = own.queries().get(pk=key)
        form.rest_on(question)
        return _query_page(request, own, question, form, _moved(question, read), status=409)
    except RuleBroken as refusal:
        question = own.queries().get(pk=key)
        form.add_error(None, _refused(question, refusal))
        return _query_page(request, own, question, form, status=409)
    messages.success(request, f"Your answer about {question.arrangement.name} is with the LGA.")
    return redirect(f"{reverse('my-council-detail', args=[own.council.slug])}#query-{question.pk}")


def _moved(current: Any, read: int) -> list[dict[str, str]]:
    """What differs between the query as it was read and as it stands: label, then and now."""
    if read == current.version:
        return []
    then = events(Query, pgh_obj_id=current.pk, version=read).order_by("-pgh_id").first()
    states = dict(QueryState.choices)
    found = []
    for name, said in READ.items():
        before, after = (getattr(each, name) if each else "" for each in (then, current))
        if before != after:
            found.append({"label": said, "then": str(states.get(before, before)), "now": str(states.get(after, after))})
    return found


def _refused(question: Query, refusal: RuleBroken) -> str:
    """Why it wasn't stored, for an officer, who can't reopen a query."""
    if question.state != QueryState.SETTLED or question.settled_at is None:
        return " ".join(refusal.messages)
    return (
        f"Answer: the LGA settled this query on {spelled_moment(question.settled_at)} and takes no more answers to it. Nothing"
        " was stored. If there is more to say, copy your answer and send it to the LGA."
    )


def _query_page(
    request: HttpRequest, own: OwnCouncil, question: Query, form: AnswerForm, moved: Any = (), status: int = 200
) -> HttpResponse:
    context = {"own": own, "council": own.council, "query": question, "form": form, "moved": moved}
    return render(request, "public/my_council_query.html", context, status=status)


@require_safe
@for_the_officer
def preview(request: HttpRequest, own: OwnCouncil) -> HttpResponse:
    """`/my-council/<slug>/preview/`: the rows of its arrangements as the public will read them, were the year prepared now."""
    answers = {part.arrangement.reference: part.answer for part in own.parts}
    rows = [(row, answers.get(row.reference, "")) for row in own.to_be_published()]
    return render(request, "public/my_council_preview.html", {"own": own, "council": own.council, "year": own.year, "rows": rows})


@require_safe
@for_the_officer
def board_paper(request: HttpRequest, own: OwnCouncil) -> HttpResponse:
    """`/my-council/<slug>/board-paper/`: what the council shares, to be printed or handed on; published outcomes only."""
    context = {"own": own, "council": own.council, "title": title_of(own), "releases": labels_of(own), "day": today()}
    return render(request, "public/board_paper.html", context)


@require_safe
@for_the_officer
def board_paper_csv(request: HttpRequest, own: OwnCouncil) -> HttpResponse:
    """`/my-council/<slug>/board-paper.csv`: its rows."""
    return _download(own, "csv")


@require_safe
@for_the_officer
def board_paper_xlsx(request: HttpRequest, own: OwnCouncil) -> HttpResponse:
    """`/my-council/<slug>/board-paper.xlsx`: the same as a workbook that everyone can read."""
    return _download(own, "xlsx")


def _download(own: OwnCouncil, kind: str) -> HttpResponse:
    file = files_of(own)[kind]
    response = HttpResponse(file.content, content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
