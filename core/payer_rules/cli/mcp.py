"""``payer-rules mcp``: answer assistants by the Model Context Protocol."""

from __future__ import annotations

from functools import partial

from payer_rules.cli.console import output
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.known_facts import NO_FACTS, Facts
from payer_rules.cli.options import ALL_PLUGINS, Plugins
from payer_rules.cli.serve import current_books
from payer_rules.system.packages import require_packages


def mcp(*, facts: Facts = NO_FACTS, selection: Plugins = ALL_PLUGINS) -> ExitCode:
    """Answer an assistant over standard input and output (Model Context Protocol).

    The assistant starts the command itself. Its tools are check, next_date, explain, side_by_side
    and payers, and answer what the commands report as JSON. The command ends with its input.
    """
    require_packages("payer-rules mcp", "mcp", "which speaks with assistants", "mcp")
    from payer_rules.assistants.tool_server import serve_tools

    serve_tools(partial(current_books, facts, selection), output("json"))
    return ExitCode.CLEAN
