"""The command line: arguments in, one library call, what it returned printed. Nothing else happens here."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from dvextract.errors import DvextractError, InputError, UsageError

app = typer.Typer(
    name="dvextract",
    help="Tidy, source-grounded tables from Vietnamese Party, State and public-affairs pages.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_state = {"traceback": False}

REJECTED = 3
WRONG_USAGE = 2
FELL = 1
INTERRUPTED = 130


def _version(asked: bool) -> None:
    if asked:
        from importlib import metadata

        typer.echo(f"dvextract {metadata.version('dvextract')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    show_traceback: Annotated[bool, typer.Option("--traceback", help="Show where an error came from.")] = False,
) -> None:
    """Tidy, source-grounded tables from Vietnamese Party, State and public-affairs pages."""
    _state["traceback"] = show_traceback
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that is not UTF-8 gets escapes, not a fall
            stream.reconfigure(errors="backslashreplace")


def _said(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn our errors into one line and an exit status; --traceback shows the rest."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except typer.Exit:
            raise
        except KeyboardInterrupt:
            again = "; run the same command again to go on where it stopped" if command.__name__ == "run" else ""
            typer.echo(f"dvextract: interrupted{again}", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except Exception as e:
            if isinstance(e, OSError) and e.errno == errno.EPIPE:
                raise  # whoever read our output has seen enough; click ends quietly
            if _state["traceback"]:
                traceback.print_exc()
            typer.echo(f"dvextract: error: {' '.join(_message(e).split())}", err=True)
            status = {UsageError: WRONG_USAGE, InputError: REJECTED}
            raise typer.Exit(next((code for kind, code in status.items() if isinstance(e, kind)), FELL)) from e

    return guarded


def _message(e: Exception) -> str:
    if isinstance(e, DvextractError):
        return str(e)
    if isinstance(e, OSError):
        return f"{e.filename}: {e.strerror}" if e.filename else str(e)
    return (
        f"{type(e).__name__}: {e}; this is a fault of dvextract: please report what --traceback before the verb shows"
    )


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


@app.command()
@_said
def run(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT", help="Files, folders, globs, URLs, or - for standard input.")
    ],
    out: Annotated[str, typer.Option("--out", "-o", help="Folder (or URL) the tables go to.")] = "data/out",
    pipeline: Annotated[str, typer.Option("--pipeline", "-p", help="Name of a pipeline, or a TOML file.")] = "default",
    model: Annotated[str, typer.Option(help="Model file for the tagger instead of the pipeline's.")] = "",
    formats: Annotated[str, typer.Option("--format", help="csv, jsonl, parquet; several with commas.")] = "csv,jsonl",
    tables: Annotated[str, typer.Option(help="Tables to write, with commas; all when not given.")] = "",
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0 means one for each processor.")] = 0,
    limit: Annotated[int, typer.Option(min=0, help="Only the first N pages; 0 means all.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Start anew, whatever was done before.")] = False,
    keep: Annotated[
        bool, typer.Option("--keep/--no-keep", help="Keep finished parts, so that only changed pages cost anything.")
    ] = True,
    layout: Annotated[str, typer.Option(help="single: a file a table; sharded: a folder of files a table.")] = "single",
    engine: Annotated[str, typer.Option(help="local, or dask: the workers of a Dask cluster.")] = "local",
    scheduler: Annotated[str, typer.Option(help="With --engine dask: its address, like tcp://host:8786.")] = "",
    text_column: Annotated[str, typer.Option(help="Column of .jsonl and .csv inputs that holds the text.")] = "text",
    id_column: Annotated[str, typer.Option(help="Column that holds the id; rows are numbered when not given.")] = "",
) -> None:
    """Extract tables from pages: .txt files, and .jsonl or .csv files of documents.

    Exit status: 0 done, 2 wrong usage, 3 done but something was rejected (see the table rejects).
    """
    import os

    from dvextract.running.run import run as run_pages
    from dvextract.viewing.progress import bar, summary_lines

    with bar() as progress:
        summary = run_pages(
            inputs,
            out,
            pipeline=pipeline,
            options={"tagger": {"model": model}} if model else None,
            formats=_names(formats),
            tables=_names(tables),
            workers=workers or os.cpu_count() or 1,
            limit=limit,
            force=force,
            keep=keep,
            layout=layout,
            engine=engine,
            scheduler=scheduler,
            text_column=text_column,
            id_column=id_column,
            progress=progress,
        )
    for line in summary_lines(summary):
        typer.echo(line)
    if summary.rejects:
        raise typer.Exit(REJECTED)


@app.command()
@_said
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A page of text.")],
    pipeline: Annotated[str, typer.Option("--pipeline", "-p", help="Name of a pipeline, or a TOML file.")] = "default",
) -> None:
    """Print a page with its mentions coloured by label.

    Furniture is dimmed; the mentions' normalised values stand below the page.

    Exit status: 0 done, 2 wrong usage, 3 the page cannot be read.
    """
    from dvextract.viewing.terminal import show_file

    show_file(file, pipeline)


@app.command()
@_said
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Gold records, one JSON object a line.")],
    run_folder: Annotated[str, typer.Option("--run", help="Score this finished run instead of running now.")] = "",
    pipeline: Annotated[str, typer.Option("--pipeline", "-p", help="Name of a pipeline, or a TOML file.")] = "default",
    model: Annotated[str, typer.Option(help="Model file for the tagger instead of the pipeline's.")] = "",
    errors: Annotated[int, typer.Option(min=0, help="Show N samples in context of each sort of error.")] = 0,
    label: Annotated[str, typer.Option(help="Only this label's errors.")] = "",
    floors: Annotated[str, typer.Option(help="JSON file of figures below which the command fails.")] = "",
    update_floors: Annotated[bool, typer.Option("--update-floors", help="Write today's figures as floors.")] = False,
    cross_validate: Annotated[int, typer.Option(help="Train on K-1 of K folds, score the other, for each fold.")] = 0,
    json_file: Annotated[str, typer.Option("--json", help="Also write the figures to this file.")] = "",
    train_also: Annotated[
        list[Path] | None, typer.Option(help="With --cross-validate: more records to train on.")
    ] = None,
    encoder: Annotated[
        str, typer.Option(help="With --cross-validate: train a context network too, from this encoder.")
    ] = "",
) -> None:
    """Score a run against gold records.

    Strict and overlap precision, recall and F1 of every label, values, posts, statements, cooperations, blocks.

    Exit status: 0 done, 1 a figure is below its floor, 2 wrong usage.
    """
    from dvextract.evaluation.evaluate import report

    lines, fell = report(
        gold,
        run=run_folder,
        pipeline=pipeline,
        model=model,
        errors=errors,
        label=label,
        floors=floors,
        update_floors=update_floors,
        cross_validate=cross_validate,
        json_file=json_file,
        train_also=train_also or (),
        encoder=encoder,
    )
    for line in lines:
        typer.echo(line)
    if fell:
        raise typer.Exit(FELL)


@app.command()
@_said
def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Output folder of a finished run.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Output folder of another run over the same pages.")],
    samples: Annotated[int, typer.Option("--show", min=0, help="Samples in context of each sort of difference.")] = 20,
    label: Annotated[str, typer.Option(help="Only this label's differences.")] = "",
    json_file: Annotated[str, typer.Option("--json", help="Also write counts and all differences to this file.")] = "",
) -> None:
    """Print which mentions a run gained and lost against another.

    By label: only in A, only in B, same span with another label, another boundary, another value or kind.

    Exit status: 0 done, 2 wrong usage or a folder that is no finished run.
    """
    from dvextract.evaluation.compare import report

    for line in report(run_a, run_b, show=samples, label=label, json_file=json_file):
        typer.echo(line)


@app.command()
@_said
def train(
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD", help="Gold records, one JSON object a line.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Model file to write (.npz).")],
    note: Annotated[str, typer.Option(help="What the pages are, for the model's card.")] = "",
    figures: Annotated[
        list[Path] | None, typer.Option(help="Figures for the card: files of evaluate --cross-validate K --json.")
    ] = None,
    encoder: Annotated[
        str, typer.Option(help="Train a context network too, from this pretrained encoder (default, or a file).")
    ] = "",
    date: Annotated[str, typer.Option(help="Date of the model for its card, like 2026-11-26.")] = "",
    seed: Annotated[int, typer.Option(help="Where the context network's random numbers begin.")] = 0,
) -> None:
    """Train the tagger on gold records; the same records and seed give the same bytes.

    Needs the extra 'train', with --encoder 'context' too.
    """
    from dvextract.model.train import train as fit

    pages = fit(gold, out, note, figures or (), encoder, date, seed)
    typer.echo(f"{out}: trained on {pages} pages")


@app.command()
@_said
def model(
    name: Annotated[str, typer.Argument(metavar="MODEL", help="Name of a shipped model, or a model file.")] = "default",
) -> None:
    """Print a model's card: what it was trained on, how it was measured, its licence."""
    from dvextract.model.weights import card_lines, load

    for line in card_lines(load(name)):
        typer.echo(line)


@app.command()
@_said
def stages(
    pipeline: Annotated[str, typer.Option("--pipeline", "-p", help="Name of a pipeline, or a TOML file.")] = "default",
) -> None:
    """List a pipeline's stages: what each reads, adds, and which options it was given."""
    from dvextract.pipeline import load_pipeline

    loaded = load_pipeline(pipeline)
    for stage, options in zip(loaded.stages, loaded.options, strict=True):
        given = ", ".join(f"{k} = {v!r}" for k, v in options.items())
        typer.echo(
            f"{stage.name:10s} {', '.join(stage.reads)} -> {', '.join(stage.adds)}" + (f"  ({given})" if given else "")
        )


@app.command()
@_said
def lexicons(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with columns and whole descriptions.")] = False,
) -> None:
    """List the shipped lexicons: file, number of rows, date, what it is, source."""
    import json

    from dvextract.lexicon.catalogue import catalogue, lines

    if as_json:
        typer.echo(json.dumps([lexicon.as_json() for lexicon in catalogue()], ensure_ascii=False, indent=2))
        return
    for line in lines():
        typer.echo(line)


@app.command()
@_said
def tables(
    markdown: Annotated[bool, typer.Option("--markdown", help="As a Markdown page.")] = False,
) -> None:
    """Print the data dictionary: every table, its columns and what they mean."""
    from dvextract.tables.schema import TABLES, data_dictionary

    if markdown:
        typer.echo(data_dictionary(), nl=False)
        return
    for table in TABLES:
        typer.echo(f"{table.name}: a row is {table.row}")
        for column in table.columns:
            typer.echo(f"  {column.name:22s} {column.type:8s} {column.description}")


@app.command()
@_said
def clean(
    out: Annotated[str, typer.Argument(metavar="OUT", help="Output folder of a run.")],
) -> None:
    """Remove the finished parts that runs keep beside their tables; the next run works on every page again.

    Exit status: 0 done, 2 wrong usage or a folder that is no output.
    """
    from dvextract.running.run import clean as clean_folder

    typer.echo(f"{out}: {clean_folder(out) / 1e6:,.1f} MB removed")


if __name__ == "__main__":
    sys.exit(app())
