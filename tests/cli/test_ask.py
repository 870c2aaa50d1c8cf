"""`kg ask`: parameters by name, and what is said where a name does not do."""

from __future__ import annotations

from tests.cli.conftest import Kg

# In the store of these tests, "Japan" is a state and, by a stub that takes every capitalised word
# for equipment, a piece of equipment too.


def test_entities_by_name(stocked: Kg) -> None:
    for what in ("Anka", "equipment/anka", "ANKA"):
        found = stocked("ask", "evaluations", "--what", what, "--format", "csv")
        assert found.returncode == 0, found.stderr
        assert "country/japan,Japan," in found.stdout
        assert "Akinci" not in found.stdout.replace("the Akinci", "")


def test_a_name_of_several_and_of_none(stocked: Kg) -> None:
    for who, said in (
        ("Japan", "'Japan' is a name of several entities: take the id of one, "),
        ("Japann", "no entity is called 'Japann': perhaps "),
    ):
        found = stocked("ask", "evaluations", "--who", who)
        assert (found.returncode, found.stdout) == (3, "")
        assert found.stderr == (
            f"kg: who: {said}country/japan (Japan, Country), equipment/japan (Japan, Equipment)\n"
        )


def test_the_query_is_shown_without_a_store_where_there_is_an_id(stocked: Kg) -> None:
    shown = ("--sparql", "--store", "nowhere")
    found = stocked("ask", "evaluations", "--what", "equipment/anka", *shown)
    assert "entity/equipment/anka>" in found.stdout
    assert not (stocked.folder / "nowhere").exists()
    found = stocked("ask", "evaluations", "--what=Anka", "--sparql")
    assert "entity/equipment/anka>" in found.stdout
