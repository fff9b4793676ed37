"""The service: what the commands answer, over HTTP.

1. `http_server` starts the server, and `application` gives each endpoint a route.
2. `request_guard` bounds what a client may take, and adds headers to each answer.
3. `work_queue` has the one thread that answers; `service_books` has the rule books that it uses.
4. `endpoints` names what can be asked, and `service_answers` has the function for each: the JSON
   that the command of the same name prints. `request_bodies` reads the claims of a request, and
   `request_words` has words for its problems.
5. `openapi_document` describes all this for clients.
"""

from __future__ import annotations
