"""`--min-confidence` reaches what reads documents, before the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.cli import run
from kg.commands.common import Extractor
from kg.pipeline import Pipeline
from kg.settings import Settings
from tests.cli.stub_kg import Stub


def asked(arguments: list[str], environment: dict[str, str]) -> list[float]:
    """The least confidences that an extractor was made with."""
    seen: list[float] = []

    def make(settings: Settings) -> Extractor:
        seen.append(settings.min_confidence)
        return Stub()

    assert run(arguments, environment=environment, extractor=make) == 0
    return seen


@pytest.mark.parametrize(
    ("arguments", "environment", "least"),
    [
        ([], {}, 0.0),
        (["--min-confidence", "0.8"], {}, 0.8),
        ([], {"ENTENTE_MIN_CONFIDENCE": ".25"}, 0.25),
        (["--min-confidence", "1"], {"ENTENTE_MIN_CONFIDENCE": "0.25"}, 1.0),
    ],
)
@pytest.mark.parametrize("command", ["extract", "explain"])
def test_where_it_is_given(
    tmp_path: Path,
    command: str,
    arguments: list[str],
    environment: dict[str, str],
    least: float,
) -> None:
    article = tmp_path / "a.txt"
    article.write_text("The Anka flies.")
    assert asked([command, str(article), *arguments], environment) == [least]


@pytest.mark.parametrize("value", ["-0.1", "1.1", "nan", "high"])
def test_wrong_values(tmp_path: Path, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    article = tmp_path / "a.txt"
    article.write_text("The Anka flies.")
    assert run(["extract", str(article), "--min-confidence", value], environment={}) == 2
    assert "--min-confidence" in capsys.readouterr().err
    environment = {"ENTENTE_MIN_CONFIDENCE": value}
    assert run(["extract", str(article)], environment=environment) == 3
    assert "is no number from 0 to 1" in capsys.readouterr().err


def test_less_is_stated() -> None:
    from kg.documents import Document

    text = "Poland has bought the Bayraktar TB2. Baykar met Poland and the minister of Chile."
    document = Document(text=text)
    everything = Pipeline().extract(document).evidence
    middle = sorted(e.confidence for e in everything)[len(everything) // 2]
    sure = Pipeline(min_confidence=middle).extract(document).evidence
    assert list(sure) == [e for e in everything if e.confidence >= middle]
    assert not Pipeline(min_confidence=1.0).extract(document).evidence
