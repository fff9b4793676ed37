"""Values whose fields are checked, and their construction from parsed TOML or JSON.

- ``checked``: base classes of such values;
- ``field_checks``: the check of each type of field;
- ``field_messages``: what is reported of a field that fails its check;
- ``structure``: values from data; ``scalars``: single values from data.
"""
