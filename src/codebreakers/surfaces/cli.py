"""The command line: the same verbs and names as the Python interface."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, Any, NoReturn

import typer

from codebreakers.errors import CodebreakersError, RequestError
from codebreakers.surfaces import (
    commands_answers,
    commands_bundle,
    commands_data,
    commands_floor,
    commands_gap_index,
    commands_gaps,
    commands_history,
    commands_league,
    commands_pages,
    commands_partners,
    commands_peers,
    commands_plan,
    commands_poll,
    commands_pupils,
    commands_records,
    commands_report,
    commands_robustness,
    commands_search,
    commands_staffroom,
)
from codebreakers.surfaces.answering import answering, finish
from codebreakers.surfaces.terminal import console, print_lines

__all__ = ["app", "main"]

# Typer names every mistake in what was typed by its kinds only, such as this one: what they share
# is their base.
_UsageError: Any = typer.BadParameter.__base__

app = typer.Typer(
    name="codebreakers",
    help="Find the schools where disadvantaged pupils do what nobody expected.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    result_callback=finish,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for module in (
    commands_data,
    commands_answers,
    commands_gaps,
    commands_league,
    commands_floor,
    commands_history,
    commands_peers,
    commands_partners,
    commands_plan,
    commands_robustness,
    commands_search,
    commands_pages,
    commands_poll,
    commands_records,
    commands_pupils,
    commands_gap_index,
    commands_staffroom,
    commands_report,
    commands_bundle,
):
    module.register(app)
for command in app.registered_commands:
    if command.callback is not None:
        command.callback = answering(command.callback)


def _say_version(asked: bool) -> None:
    if asked:
        print_lines(console(), [f"codebreakers {version('codebreakers')}"])
        raise typer.Exit


@app.callback()
def _every_command(
    asked: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed; the process's own arguments by default.

    Notes
    -----
    0 answered, 2 the request was wrong, 3 the data cannot answer, 4 a source could not be read.
    """
    typed = list(sys.argv[1:] if arguments is None else arguments)
    code = _run(typed)
    sys.stdout.flush()
    sys.stderr.flush()
    # The interpreter is not torn down: a library held by the engine prints a page about its own
    # reference counts when it is, and everything of ours is closed and flushed by now.
    os._exit(code)


def _run(typed: list[str]) -> int:
    try:
        result = app(args=typed, standalone_mode=False)
    except CodebreakersError as error:
        return _report(error, typed)
    except typer.Exit as stop:
        return stop.exit_code
    except _UsageError as error:
        if not error.format_message():
            return RequestError.exit_code  # nothing was typed, and the help has been shown
        return _report(RequestError(error.format_message(), remedy=_help_of(error)), typed)
    except (typer.Abort, KeyboardInterrupt):
        print_lines(console(stderr=True), ["Stopped. What was stored before is as it was."])
        return 130
    except BrokenPipeError:
        # Whoever read the answer has read enough (head, a closed pager).
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        return 0
    return result if isinstance(result, int) else 0


def _help_of(error: Any) -> str:
    command = error.ctx.command_path if error.ctx else "codebreakers"
    return f"See: {command} --help"


def _report(error: CodebreakersError, typed: list[str]) -> int:
    """Say an error on stderr: as JSON where the answer would have been JSON."""
    if "json" in typed or "--format=json" in typed:
        json.dump(error.to_dict(), sys.stderr, ensure_ascii=False)
        sys.stderr.write("\n")
    else:
        out = console(stderr=True)
        print_lines(out, [f"Error: {error.message}"])
        if error.available:
            print_lines(out, [f"  There is: {', '.join(error.available[:12])}"])
        if error.remedy:
            print_lines(out, [f"  {error.remedy}"])
    return error.exit_code
