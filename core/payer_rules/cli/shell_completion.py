"""``payer-rules completion``: print a script by which a shell completes the command line."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from cyclopts import Parameter

from payer_rules.cli.console import output
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.cli.listing import load_registry
from payer_rules.cli.options import ALL_PLUGINS, Plugins, print_problems

#: After the script: what completes the ids of payers, after --payer and after the command compare.
_PAYERS: Final = {
    "bash": """
_payer_rules_or_payer() {{
  if [[ "${{COMP_WORDS[COMP_CWORD-1]}}" == --payer ]] ||
    [[ "${{COMP_WORDS[1]}}" == compare && "${{COMP_WORDS[COMP_CWORD]}}" != -* ]]; then
    COMPREPLY=($(compgen -W "{payers}" -- "${{COMP_WORDS[COMP_CWORD]}}"))
  else
    _payer_rules
  fi
}}
complete -F _payer_rules_or_payer payer-rules
""",
    # compinit runs the file as the function _payer-rules; a script that is sourced registers it.
    "zsh": """
_payer_rules_or_payer() {{
  if [[ $words[CURRENT-1] == --payer ]] ||
    [[ $words[2] == compare && $words[CURRENT] != -* ]]; then
    compadd -- {payers}
  else
    _cyclopts_payer-rules "$@"
  fi
}}
if [[ $funcstack[1] == _payer-rules ]]; then
  _payer_rules_or_payer "$@"
else
  compdef _payer_rules_or_payer payer-rules
fi
""",
    "fish": """
complete -c payer-rules -l payer -x -a '{payers}'
complete -c payer-rules -n '__fish_seen_subcommand_from compare' -f -a '{payers}'
""",
}


def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], Parameter(help="The shell.")],
    /,
    *,
    selection: Plugins = ALL_PLUGINS,
) -> ExitCode:
    """Print the script that completes commands, options and payers in a shell.

    Payers are those that are installed now, so write the script again after you install a plugin.
    """
    from payer_rules.cli.app import build

    registry = load_registry(selection)
    payers = " ".join(registry.payers)
    script = build().generate_completion(shell=shell)
    print(script + _PAYERS[shell].format(payers=payers), end="", file=output())
    return ExitCode.FAULTY if print_problems(registry.problems) else ExitCode.CLEAN
