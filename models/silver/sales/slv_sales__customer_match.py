"""Finds out which crm person is which erp customer.

E-mail first; else the names, written alike and compared with difflib, weighed by country. Runs on
a DuckDB relation and on a PySpark DataFrame: narwhals reads both. docs/demo.md has the rules.
"""

import unicodedata
from collections import defaultdict
from difflib import SequenceMatcher
from typing import Any

import narwhals as nw

# A name in another country never reaches the threshold; with an unknown country only equal names.
UNKNOWN_COUNTRY, OTHER_COUNTRY = 0.15, 0.20
THRESHOLD, LEAD = 0.85, 0.10
# Letters that Unicode does not take apart into a base letter and a mark.
LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "\u0131": "i", "ß": "ss", "æ": "ae"})
SPARK_SCHEMA = "crm_id string, customer_id bigint, match_rule string, match_score double"

Person = dict[str, Any]
Match = tuple[str, int, str, float]


def people(relation: Any, key: str, name: str) -> list[Person]:
    """The rows of a relation as dicts of key, name, email and country, sorted by key."""
    frame = nw.from_native(relation).lazy()
    narrow = frame.select(
        nw.col(key).alias("key"),
        nw.col(name).alias("name"),
        nw.col("email").str.to_lowercase(),
        nw.col("country").str.to_uppercase(),
    ).collect("pyarrow")
    rows = [dict(row, name=plain(row["name"])) for row in narrow.iter_rows(named=True)]
    return sorted(rows, key=lambda row: row["key"])


def plain(name: str | None) -> str:
    """A name without accents, case, signs and order of its words: `Núñez, Bo` is `bo nunez`."""
    letters = unicodedata.normalize("NFKD", (name or "").lower().translate(LETTERS))
    letters = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(sorted(letters.split()))


def likeness(one: Person, other: Person) -> float:
    """How alike two people are by name and country, 0 to 1."""
    score = SequenceMatcher(None, one["name"], other["name"]).ratio()
    if not one["country"] or not other["country"]:
        return score - UNKNOWN_COUNTRY
    return score - (OTHER_COUNTRY if one["country"] != other["country"] else 0.0)


def match(crm: list[Person], erp: list[Person]) -> list[Match]:
    """Tuples (crm_id, customer_id, rule, score); at most one for each crm person."""
    by_email: defaultdict[str, list[Person]] = defaultdict(list)
    by_word: defaultdict[str, dict[int, Person]] = defaultdict(dict)
    for customer in erp:
        if customer["email"]:
            by_email[customer["email"]].append(customer)
        for word in customer["name"].split():
            by_word[word][customer["key"]] = customer
    found: list[Match] = []
    for person in crm:
        same_email = by_email.get(person["email"], []) if person["email"] else []
        if same_email:
            best = max(same_email, key=lambda customer: likeness(person, customer))
            found.append((person["key"], best["key"], "email", 1.0))
            continue
        # Only people who share a word of their names are compared: not everybody with everybody.
        near = {k: c for word in person["name"].split() for k, c in by_word.get(word, {}).items()}
        scores = sorted(((likeness(person, near[k]), -k) for k in near), reverse=True)
        lead = scores[0][0] - scores[1][0] if len(scores) > 1 else 1.0
        if scores and scores[0][0] >= THRESHOLD and lead >= LEAD:
            found.append((person["key"], -scores[0][1], "name_country", round(scores[0][0], 4)))
    return found


def as_frame(rows: list[Match], session: Any) -> Any:
    """The rows as a frame of the session's engine, with the same types even when there are none."""
    if hasattr(session, "createDataFrame"):
        return session.createDataFrame(rows, SPARK_SCHEMA)
    types = {
        "crm_id": nw.String(),
        "customer_id": nw.Int64(),
        "match_rule": nw.String(),
        "match_score": nw.Float64(),
    }
    values = {name: [row[index] for row in rows] for index, name in enumerate(types)}
    return nw.from_dict(values, schema=types, backend="pyarrow").to_native()


def model(dbt: Any, session: Any) -> Any:
    """One row per crm person who is an erp customer too."""
    dbt.config(packages=["narwhals==2.29.0"], submission_method="serverless_cluster")
    erp = people(dbt.ref("brz_erp__customers"), "customer_id", "full_name")
    crm = people(dbt.ref("brz_crm__customers"), "crm_id", "display_name")
    return as_frame(match(crm, erp), session)
