"""Shell completion: what the generated scripts complete in a real shell."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

#: Sources the script of its standard input, and prints what each line of its arguments completes to.
COMPLETE = """
source /dev/stdin
for line in "$@"; do
  read -r -a COMP_WORDS <<< "$line"
  [[ "$line" == *" " ]] && COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  "$(complete -p payer-rules | sed 's/.*-F \\([^ ]*\\) .*/\\1/')"
  echo "${COMPREPLY[*]}"
done
"""


def script_of(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the script for the shell."""
    assert main(["completion", shell]) == ExitCode.CLEAN
    return capsys.readouterr().out


#: What each beginning of a command line is completed to.
COMPLETED: Final = {
    "payer-rules conf": "conform",
    "payer-rules tables ": "import fetch list diff",
    "payer-rules profiles ch": "check",
    "payer-rules conform --verif": "--verify",
    "payer-rules profiles check --stale": "--stale-after",
    "payer-rules check today.837 --payer tri": "tricare",
    "payer-rules check --payer tricare --fail": "--fail-on",
    "payer-rules check today.837 --fail-on pro": "proved",
    "payer-rules compare ny-med": "ny-medicaid",
    "payer-rules compare ny-medicaid ct-": "ct-medicaid",
}
#: Makes the program print its words, and types each line of the arguments with a tab behind it.
ZSH: Final = """
zmodload zsh/zpty
mkdir functions && cat > functions/_payer-rules
zpty shell 'ZDOTDIR=$PWD zsh -f -i'
typeset -a lines=("$@")
type_line() { zpty -w shell "$1"; }
type_line 'PS1="" fpath=($PWD/functions $fpath); autoload -Uz compinit && compinit -u -D'
type_line 'payer-rules() { print "typed: $* ." }'
for line in $lines; do
  zpty -w -n shell "$line"$'\t\n'
  zpty -r shell answer $'*typed: [^$]* .*'
  print -r -- ${${answer##*typed: }%% .*}
done
"""


def test_bash_completes(capsys: pytest.CaptureFixture[str]) -> None:
    """A real bash completes commands, their own commands, options, words and the ids of payers."""
    bash = shutil.which("bash") or pytest.skip("there is no bash")
    run = [bash, "--norc", "-c", COMPLETE, "bash", *COMPLETED]
    script = script_of("bash", capsys)
    done = subprocess.run(run, input=script, capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    assert dict(zip(COMPLETED, done.stdout.splitlines(), strict=True)) == COMPLETED


def test_zsh_completes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A real zsh completes the same from the file that it loads by itself."""
    zsh = shutil.which("zsh") or pytest.skip("there is no zsh")
    expected = {line: word for line, word in COMPLETED.items() if " " not in word}
    run = [zsh, "-f", "-c", ZSH, "zsh", *expected]
    script = script_of("zsh", capsys)
    done = subprocess.run(
        run, input=script, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path
    )
    last_words = [line.split()[-1] for line in done.stdout.splitlines()]
    assert dict(zip(expected, last_words, strict=True)) == expected


def test_fish_completes(capsys: pytest.CaptureFixture[str]) -> None:
    """A real fish offers the same words."""
    fish = shutil.which("fish") or pytest.skip("there is no fish")
    script = script_of("fish", capsys)
    for line, expected in COMPLETED.items():
        run = [fish, "--no-config", "-c", f"source -; complete -C '{line}'"]
        done = subprocess.run(run, input=script, capture_output=True, encoding="utf-8", check=True)
        offered = {each.split("\t")[0] for each in done.stdout.splitlines()}
        assert offered >= set(expected.split())
