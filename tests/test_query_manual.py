"""The table of the manual that teaches the query language is true: each question is read, and finds something in the demo's store."""

import re
from pathlib import Path

import demo_run
import pytest

from monitor import config, query
from monitor.expression.grammar import parse
from monitor.store import Store

MANUAL = Path(__file__).parent.parent / "docs" / "huong-dan.md"
TABLE = MANUAL.read_text(encoding="utf-8").partition("| câu hỏi | tìm bài |\n")[2].partition("\n\n")[0]
QUESTIONS = re.findall(r"^\| `([^`]+)` \|", TABLE, re.M)


def test_the_table_teaches_every_part_of_the_language():
    told = " ".join(QUESTIONS)
    fields = ("title:", "topic:", "sentiment:", "place:", "voice:", "outlet:", "law:", "kind:", "relevance:", "date:")
    assert [part for part in (*fields, " OR ", " NOT ", "near/", "*", '"', "(", "=", "..") if part not in told] == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_of_the_manual_finds_something_and_marks_it(question, monkeypatch):
    monkeypatch.chdir(demo_run.demo().folder)
    settings = config.load("demo/monitor.yaml")
    with Store.open(settings.store_url) as store:
        answer = query.ask(store, settings, question)
    assert answer.total
    if not re.match(r"\w+:", question) or question.startswith("title:"):
        assert all(hit.title_marks or hit.marks for hit in answer.hits), parse(question)
