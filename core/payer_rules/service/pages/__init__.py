"""The page of the service: forms for billers, answered by the functions that answer programs.

1. `page_routes` has the addresses, and refuses forms that another site sends.
2. `claim_form` reads the fields of a claim, with a fault at each field that is wrong.
3. `page_answers` fills in the templates with what the endpoints answer.
"""

from __future__ import annotations
