"""The names that the dashboard's API can say are the ones that docs/openapi.json and the dashboard know."""

import json
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def names_in(path: str, enumeration: str) -> list[str]:
    """What the C++ function name_of says for each value of the enumeration."""
    text = (ROOT / path).read_text()
    body = re.search(r"name_of\(%s \w+\) \{(.*?)^\}" % enumeration, text, re.S | re.M).group(1)
    return re.findall(r'case [^\n]*:\s*return "(\w+)";', body)


def listed(schema: dict, *path: str) -> list[str]:
    for step in path:
        schema = schema[step]
    return schema["enum"]


class OpenApi(unittest.TestCase):
    def setUp(self):
        self.schemas = json.loads((ROOT / "docs/openapi.json").read_text())["components"]["schemas"]

    def test_knows_every_verdict(self):
        self.assertEqual(names_in("src/domain/plan.cpp", "Verdict"), listed(self.schemas, "Verdict"))

    def test_knows_every_plan(self):
        self.assertEqual(names_in("src/domain/plan.cpp", "Plan"), listed(self.schemas, "ExchangeRow", "properties", "plan"))

    def test_knows_every_role_of_a_call(self):
        self.assertEqual(names_in("src/domain/exchange_record.cpp", "CallRole"), listed(self.schemas, "Call", "properties", "role"))

    def test_knows_every_occasion(self):
        self.assertEqual(names_in("src/domain/exchange_record.cpp", "Occasion"), listed(self.schemas, "ExchangeRow", "properties", "occasion"))

    def test_knows_every_judgement(self):
        self.assertEqual(names_in("src/domain/exchange_record.cpp", "Judgement"), listed(self.schemas, "ExchangeRow", "properties", "judgement"))

    def test_knows_every_way_a_call_ends(self):
        self.assertEqual(names_in("src/domain/exchange_record.cpp", "CallEnd"), listed(self.schemas, "Call", "properties", "end"))


class Dashboard(unittest.TestCase):
    def test_has_words_for_every_plan(self):
        labels = (ROOT / "web/src/detail.tsx").read_text()
        self.assertEqual([], [plan for plan in names_in("src/domain/plan.cpp", "Plan") if f"  {plan}: " not in labels])

    def test_has_a_label_for_every_role_of_a_call(self):
        api = (ROOT / "web/src/api.ts").read_text()
        roles = re.search(r"export type Role = ([^;]*);", api).group(1)
        self.assertEqual(names_in("src/domain/exchange_record.cpp", "CallRole"), re.findall(r'"(\w+)"', roles))


    def test_has_words_for_every_occasion(self):
        api = (ROOT / "web/src/api.ts").read_text()
        occasions = re.search(r"export type Occasion = ([^;]*);", api).group(1)
        self.assertEqual(names_in("src/domain/exchange_record.cpp", "Occasion"), re.findall(r'"(\w+)"', occasions))


if __name__ == "__main__":
    unittest.main()
