"""The server of the Model Context Protocol: its tools, over standard input and output."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from importlib.metadata import version
from typing import Annotated, Any, Final, TextIO, TypeAlias

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.stdio import stdio_server
from mcp.types import ToolAnnotations
from pydantic import Field, ValidationError

from payer_rules.assistants.asked_tools import AskedTools
from payer_rules.service.current_books import CurrentBooks
from payer_rules.service.refusals import RefusedRequest
from payer_rules.service.service_limits import ServiceLimits
from payer_rules.service.work_queue import WorkQueue, late
from payer_rules.system.scratch_folders import scratch_folder

_INSTRUCTIONS: Final = """\
Answers whether American health insurers pay a claim line, by rules that were read in their own
documents. Quote the basis of an answer with it: "proved" rests on read texts and stated facts,
"presumed" on facts or dates that were not stated, "partial" on some of the topics, "unread" on
none: nobody has read the payer's text, so it is no statement that the payer pays. Never fill in a
rule that an answer does not have. Name the source of each denial. Ask payers for the ids.
"""
_READS: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
#: By kind of fault: what an argument should be.
_EXPECTED: Final = {
    "list_type": "a list",
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "dict_type": "an object",
}
#: The longest wrong value that a message quotes, in characters.
_MOST_QUOTED: Final = 60
#: A question of an assistant, whose arguments are those of the tool.
Question: TypeAlias = Callable[..., Awaitable[dict[str, Any]]]
_Payers = Annotated[
    Sequence[str],
    Field(description="Ids of payers; none means those of the claims, or all if they name none."),
]
_Day = Annotated[str | None, Field(description="YYYY-MM-DD")]
_Claims = Annotated[
    list[dict[str, Any]],
    Field(
        description="Claims, each with id, payer, member {id, birth_date}, billing_provider "
        "{npi, profession} and lines [{code, date_from, units, modifiers, place_of_service, "
        "minutes, charge, rendering_provider {npi, profession}, session {group_size}}]. Leave out "
        "what is not known. history: earlier services of the member [{claim, member, code, date, "
        "status: paid or denied, billing_provider {npi}}]; [] states that there are none."
    ),
]


def serve_tools(load: Callable[[], CurrentBooks], output: TextIO) -> None:
    """Answer questions over standard input and the output until the input ends.

    ``load`` is called in the thread that answers. Raises `InputError` if the facts cannot be
    loaded.
    """
    queue = WorkQueue(ServiceLimits().waiting)
    try:
        with scratch_folder() as folder:
            books = queue.now(load)
            server = tool_server(AskedTools(books=books, folder=folder), queue)
            asyncio.run(_answer_all(server, output))
    finally:
        queue.close()


async def _answer_all(server: MCPServer[None], output: TextIO) -> None:
    # NOTE: its own method writes to sys.stdout, which is standard error here, so that nothing that
    # a plugin prints gets between the messages.
    lowlevel = server._lowlevel_server
    async with stdio_server(stdout=anyio.wrap_file(output)) as (questions, answers):
        await lowlevel.run(questions, answers, lowlevel.create_initialization_options())


def tool_server(tools: AskedTools, queue: WorkQueue) -> MCPServer[None]:
    """Return the server with a tool for each question; the thread of the queue answers."""

    async def ask(question: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(tools.limits.seconds):
                return await queue.answer(question)
        except TimeoutError:
            problems = late(tools.limits.seconds).problems
            raise ToolError("\n".join(map(str, problems))) from None
        except RefusedRequest as error:
            raise ToolError("\n".join(map(str, error.problems))) from None
        except Exception as error:
            # NOTE: the message of the error may quote a claim.
            raise ToolError(f"an internal error ({type(error).__name__}). Report it.") from None

    async def check(claims: _Claims, payers: _Payers = ()) -> dict[str, Any]:
        """Check claims: will each line be paid, why not, what to do, by which source."""
        return await ask(lambda: tools.check(claims, list(payers)))

    async def next_date(
        code: str,
        payer: str,
        member: Annotated[str | None, Field(description="Member id, as in the history.")] = None,
        place_of_service: str | None = None,
        modifiers: Sequence[str] = (),
        units: int = 1,
        first: _Day = None,
        last: _Day = None,
    ) -> dict[str, Any]:
        """Find the first date on which a service would be paid, and what is left of each limit."""
        service = {
            "code": code,
            "member": member,
            "place_of_service": place_of_service,
            "modifiers": list(modifiers),
            "units": units,
        }
        return await ask(lambda: tools.next_date(service, payer, first, last))

    async def explain(payer: str, rule: str) -> dict[str, Any]:
        """Show a rule of a payer with its conditions, dates and sources."""
        return await ask(lambda: tools.explain(payer, rule))

    async def side_by_side(
        code: str,
        payers: _Payers = (),
        on: _Day = None,
        paid_units: int | None = None,
        paid_lines: int | None = None,
    ) -> dict[str, Any]:
        """Compare what payers state about a code.

        paid_units checks so many units on one line, and paid_lines so many lines on one day.
        """
        return await ask(lambda: tools.side_by_side(code, list(payers), on, paid_units, paid_lines))

    async def payers() -> dict[str, Any]:
        """List the payers with their ids."""
        return await ask(tools.payers)

    questions: tuple[Question, ...] = (check, next_date, explain, side_by_side, payers)
    return MCPServer(
        "payer-rules",
        instructions=_INSTRUCTIONS,
        version=version("payer-rules"),
        tools=[_strict_tool(each) for each in questions],
        # NOTE: its log quotes what was wrong in a question, which may be of a claim.
        log_level="CRITICAL",
    )


class _StrictTool(Tool):
    """A tool that names all wrong arguments of a question, with what to do about each."""

    async def run(
        self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False
    ) -> object:
        """Return the answer; raises `ToolError` if an argument is wrong."""
        try:
            self.fn_metadata.validate_arguments(arguments)
        except ValidationError as error:
            known = ", ".join(self.parameters["properties"]) or "none"
            raise ToolError("\n".join(_argument_faults(error, known))) from None
        return await super().run(arguments, context, convert_result)


def _argument_faults(error: ValidationError, known: str) -> Iterator[str]:
    """Yield what is wrong with each argument, and what to do; ``known`` names those of the tool."""
    for fault in error.errors(include_url=False):
        name = ".".join(map(str, fault["loc"]))
        if fault["type"] == "missing":
            yield f"the argument {name!r} is missing. State it."
        elif fault["type"] == "extra_forbidden":
            yield f"there is no argument {name!r}. The arguments are: {known}."
        else:
            value = repr(fault["input"])
            quoted = value if len(value) <= _MOST_QUOTED else f"{value[:_MOST_QUOTED]}..."
            expected = _EXPECTED.get(fault["type"], "of the type that the tool describes")
            yield f"the argument {name!r} is {quoted}. It must be {expected}."


def _strict_tool(question: Question) -> Tool:
    """Return the tool of a question; an argument that it does not have is an error."""
    tool = _StrictTool.from_function(question, annotations=_READS)
    arguments = tool.fn_metadata.arg_model
    arguments.model_config = {**arguments.model_config, "extra": "forbid"}
    arguments.model_rebuild(force=True)
    tool.parameters = arguments.model_json_schema(by_alias=True)
    return tool
