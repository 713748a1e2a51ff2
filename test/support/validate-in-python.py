"""Says which messages follow one of the schemas.

Reads {"schemas": [...], "draft_2020": [...], "texts": [...]} and writes a list of booleans, one for each text. Fails if a schema is
none, or has a pattern that Python does not know.
"""

import json
import re
import sys

from jsonschema import Draft7Validator, Draft202012Validator


def patterns(schema):
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "pattern" and isinstance(value, str):
                yield value
            yield from patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from patterns(value)


given = json.load(sys.stdin)
for schema in given["schemas"]:
    Draft7Validator.check_schema(schema)
for schema in given["draft_2020"]:
    Draft202012Validator.check_schema(schema)
for pattern in patterns(given):
    re.compile(pattern)

validators = [Draft7Validator(schema) for schema in given["schemas"]]
json.dump([any(v.is_valid(json.loads(text)) for v in validators) for text in given["texts"]], sys.stdout)
