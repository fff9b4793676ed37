"""TOML files: their values, the lines on which these are written, and what is wrong.

- ``document``: reading a file or a text;
- ``line_numbers``: the line of each value;
- ``syntax_problems``: what is reported of a text that is not TOML;
- ``portability``: what another TOML reader would read differently.
"""
