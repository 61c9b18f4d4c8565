"""The command line: arguments in, one library call, what it returned printed. Nothing else happens here."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from dvextract.errors import DvextractError, InputError, PipelineError, UsageError
from dvextract.viewing.help import ABOUT, EXTRACT, LOOK, MEASURE, OWN, App, Sections

app = App(
    name="dvextract",
    cls=Sections,
    no_args_is_help=True,
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


def _insist(lost: sys.UnraisableHookArgs) -> None:
    """An interrupt that came inside a destructor, where Python drops it, comes again a moment later."""
    if lost.exc_type is KeyboardInterrupt:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
    else:
        sys.__unraisablehook__(lost)


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    show_traceback: Annotated[bool, typer.Option("--traceback", help="Show where an error came from.")] = False,
) -> None:
    """Tidy, source-grounded tables from Vietnamese Party, State and public-affairs pages.

    \b
    To begin:
      dvextract run seeds/            tables of the sample page, in data/out
      dvextract show page.txt         one page in colour
      dvextract init                  a pipeline file to edit

    In Python the same verbs are functions: dvextract.run, extract, load, evaluate, compare.
    """
    _state["traceback"] = show_traceback
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # from `__main__`: now we have something to say
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.unraisablehook = _insist
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
            for line in e.lines if isinstance(e, PipelineError) else (_message(e),):
                typer.echo(f"dvextract: error: {' '.join(line.split())}", err=True)
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


@app.command(rich_help_panel=EXTRACT)
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
    text_column: Annotated[str, typer.Option(help="Column of files of documents that holds the text.")] = "text",
    id_column: Annotated[str, typer.Option(help="Column that holds the id; rows are numbered when not given.")] = "",
    title_column: Annotated[str, typer.Option(help="Column that holds the headline.")] = "",
    date_column: Annotated[str, typer.Option(help="Column that holds the date of publication.")] = "",
    author_column: Annotated[str, typer.Option(help="Column that holds the author.")] = "",
    outlet_column: Annotated[str, typer.Option(help="Column that holds the paper or portal.")] = "",
    encoding: Annotated[
        str,
        typer.Option(help="Encoding of text and HTML, like tcvn3, vni, viscii, windows-1258; found when not given."),
    ] = "",
    site_furniture: Annotated[
        bool, typer.Option("--site-furniture", help="Read all first; lines on many pages of a site are furniture.")
    ] = False,
    page_timeout: Annotated[
        float, typer.Option(help="Seconds after which a page is given up and goes to rejects; 0 means never.")
    ] = 60,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Read pages and write tables of what they say.

    Pages are text, HTML, DOCX, DOC, PDF and RTF files, rows of .jsonl, .csv and .parquet files, and what .warc and .zip
    archives hold; any may be compressed (.gz, .zst). An interrupted run goes on when the same command is given again.

    \b
    Examples:
      dvextract run archive/ --out data/2024 --format csv,parquet
      dvextract run 'archive/**/2024*.txt' --limit 100
      dvextract run pages.jsonl --text-column body --id-column url
      cat page.txt | dvextract run - --pipeline mine.toml

    Exit status: 0 done, 2 wrong usage, 3 done but something was rejected (see the table rejects).
    """
    # NumPy's library makes as many threads as there are processors when it is loaded, of which a run uses one a process
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from dvextract.running.run import run as run_pages
    from dvextract.viewing.progress import bar, summary_lines

    with nullcontext() if quiet else bar() as progress:
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
            title_column=title_column,
            date_column=date_column,
            author_column=author_column,
            outlet_column=outlet_column,
            encoding=encoding,
            site_furniture=site_furniture,
            page_timeout=page_timeout,
            progress=progress,
        )
    for line in () if quiet else summary_lines(summary):
        typer.echo(line)
    if summary.rejects:
        raise typer.Exit(REJECTED)


@app.command(rich_help_panel=EXTRACT)
@_said
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A page of text.")],
    pipeline: Annotated[str, typer.Option("--pipeline", "-p", help="Name of a pipeline, or a TOML file.")] = "default",
) -> None:
    """Print a page, its mentions coloured by label.

    Furniture is dimmed; the mentions' normalised values stand below the page. Colours are left out where the output is
    no terminal, or when NO_COLOR is set.

    Exit status: 0 done, 2 wrong usage, 3 the page cannot be read.
    """
    from dvextract.viewing.terminal import show_file

    show_file(file, pipeline)


@app.command(rich_help_panel=MEASURE)
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
    """Score a pipeline, or a finished run, against gold records.

    \b
    Examples:
      dvextract evaluate gold.jsonl --errors 5 --label EVENT
      dvextract evaluate gold.jsonl --cross-validate 5

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


@app.command(rich_help_panel=MEASURE)
@_said
def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Output folder of a finished run.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Output folder of another run over the same pages.")],
    samples: Annotated[int, typer.Option("--show", min=0, help="Samples in context of each sort of difference.")] = 20,
    label: Annotated[str, typer.Option(help="Only this label's differences.")] = "",
    json_file: Annotated[str, typer.Option("--json", help="Also write counts and all differences to this file.")] = "",
) -> None:
    """Say which mentions a run gained and lost against another.

    By label: only in A, only in B, same span with another label, another boundary, another value or kind.

    Exit status: 0 done, 2 wrong usage or a folder that is no finished run.
    """
    from dvextract.evaluation.compare import report

    for line in report(run_a, run_b, show=samples, label=label, json_file=json_file):
        typer.echo(line)


@app.command(rich_help_panel=MEASURE)
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
    """Train the tagger on gold records.

    The same records and seed give the same bytes.

    \b
    Example:
      dvextract train gold.jsonl --out mine.npz
      dvextract run archive/ --model mine.npz

    Needs the extra 'train', with --encoder 'context' too.
    """
    from dvextract.model.train import train as fit

    pages = fit(gold, out, note, figures or (), encoder, date, seed)
    typer.echo(f"{out}: trained on {pages} pages")


@app.command(rich_help_panel=ABOUT)
@_said
def model(
    name: Annotated[str, typer.Argument(metavar="MODEL", help="Name of a shipped model, or a model file.")] = "default",
) -> None:
    """Print a model's card: training data, figures, licence."""
    from dvextract.model.weights import card_lines, load

    for line in card_lines(load(name)):
        typer.echo(line)


@app.command(rich_help_panel=ABOUT)
@_said
def stages(
    pipeline: Annotated[str, typer.Option("--pipeline", "-p", help="Name of a pipeline, or a TOML file.")] = "default",
) -> None:
    """List a pipeline's stages: what each reads and adds.

    In brackets behind a stage are the options it was given.
    """
    from dvextract.pipeline import load_pipeline

    loaded = load_pipeline(pipeline)
    for stage, options in zip(loaded.stages, loaded.options, strict=True):
        given = ", ".join(f"{k} = {v!r}" for k, v in options.items())
        typer.echo(
            f"{stage.name:10s} {', '.join(stage.reads)} -> {', '.join(stage.adds)}" + (f"  ({given})" if given else "")
        )


@app.command(rich_help_panel=ABOUT)
@_said
def lexicons(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with columns and whole descriptions.")] = False,
) -> None:
    """List the shipped word lists, with date and source."""
    import json

    from dvextract.lexicon.catalogue import catalogue, lines

    if as_json:
        typer.echo(json.dumps([lexicon.as_json() for lexicon in catalogue()], ensure_ascii=False, indent=2))
        return
    for line in lines():
        typer.echo(line)


@app.command(rich_help_panel=ABOUT)
@_said
def tables(
    markdown: Annotated[bool, typer.Option("--markdown", help="As a Markdown page.")] = False,
) -> None:
    """Say what every table and column means."""
    from dvextract.tables.schema import TABLES, data_dictionary

    if markdown:
        typer.echo(data_dictionary(), nl=False)
        return
    for table in TABLES:
        typer.echo(f"{table.name}: a row is {table.row}")
        for column in table.columns:
            typer.echo(f"  {column.name:22s} {column.type:8s} {column.description}")


@app.command(rich_help_panel=OWN)
@_said
def init(
    file: Annotated[
        Path, typer.Argument(metavar="[FILE]", help="File to write, or a folder to write pipeline.toml to.")
    ] = Path("pipeline.toml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file of that name.")] = False,
) -> None:
    """Write a commented pipeline file to edit.

    It explains phrases to follow, lexicons of your own, labels on or off, stages and their options.

    Exit status: 0 written, 2 the file is there already or cannot be written.
    """
    from dvextract.starter import write_starter

    for line in write_starter(file, force):
        typer.echo(line)


@app.command(rich_help_panel=OWN)
@_said
def check(
    pipeline: Annotated[str, typer.Argument(metavar="PIPELINE", help="A TOML file, or the name of a pipeline.")],
) -> None:
    """Check a pipeline file and say what it does.

    All that is wrong is shown at once, with line and key.

    Exit status: 0 in order, 2 something is wrong.
    """
    from dvextract.starter import check_lines

    for line in check_lines(pipeline):
        typer.echo(line)


@app.command(rich_help_panel=ABOUT)
@_said
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print versions and more, for bug reports.

    Versions, extras, dates of model and lexicons, machine, terminal, space, and whether a sentence can be read. No
    folder and no name of yours is in it.

    Exit status: 0 all is well, 1 something is broken (the last lines say what).
    """
    import json

    from dvextract.doctor import examine, lines

    report = examine()
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in lines(report):
            typer.echo(line)
    if report.broken:
        raise typer.Exit(FELL)


@app.command(rich_help_panel=LOOK)
@_said
def view(
    run_folder: Annotated[str, typer.Argument(metavar="OUT", help="Output folder of a finished run.")] = "data/out",
    out: Annotated[str, typer.Option("--out", "-o", help="File to write; OUT/view.html when not given.")] = "",
    serve: Annotated[bool, typer.Option("--serve", help="Show it on this machine (127.0.0.1) instead.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="With --serve: the port; 0 takes a free one.")] = 0,
) -> None:
    """Write one HTML page that shows a run: the text with its mentions, facts and what they stand on.

    Filters by label, entity, date and words, search, keyboard, light and dark, printable. The file loads nothing.

    Exit status: 0 done, 2 wrong usage or a folder that is no finished run.
    """
    if serve:
        from dvextract.viewing.serve import serve as serve_page

        serve_page(run_folder, port, lambda address, _: typer.echo(f"{address}  (stop with Ctrl+C)"))
        return
    from dvextract.viewing.view import view as write_view

    typer.echo(write_view(run_folder, out))


@app.command(rich_help_panel=LOOK)
@_said
def report(
    run_folder: Annotated[str, typer.Argument(metavar="OUT", help="Output folder of a finished run.")] = "data/out",
    out: Annotated[str, typer.Option("--out", "-o", help="File to write; OUT/report.html when not given.")] = "",
) -> None:
    """Write one HTML page with an overview of a run in plots: labels, periods, names, a map, who works with whom.

    It ends with what to mistrust: thin pages, dates, rejects. Needs the extra 'report'.

    Exit status: 0 done, 2 wrong usage or a folder that is no finished run.
    """
    from dvextract.viewing.report import report as write_report

    typer.echo(write_report(run_folder, out))


@app.command(rich_help_panel=LOOK)
@_said
def export(
    run_folder: Annotated[str, typer.Argument(metavar="OUT", help="Output folder of a finished run.")],
    to: Annotated[
        str,
        typer.Option("--to", help="conll, brat, label-studio, doccano, spacy, xlsx, spreadsheet, sqlite or duckdb."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write; for brat and spreadsheet a new folder.")],
    tables: Annotated[
        str, typer.Option(help="For xlsx, spreadsheet, sqlite, duckdb: only these tables, with commas.")
    ] = "",
) -> None:
    """Write a run in the format of another program.

    spacy writes .spacy (a DocBin, where spaCy is installed) or .json; xlsx and duckdb need the extra 'export'.
    spreadsheet writes CSV files in which no cell is taken for a formula.

    Exit status: 0 done, 2 wrong usage or a folder that is no finished run.
    """
    from dvextract.exporting.export import export as write_export

    typer.echo(write_export(run_folder, to, out, _names(tables)))


@app.command("import-corrections", rich_help_panel=MEASURE)
@_said
def import_corrections(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the annotation tool exported.")],
    source: Annotated[str, typer.Option("--from", help="doccano (JSONL) or label-studio (JSON).")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File of gold records to write (.jsonl).")],
    run_folder: Annotated[
        str, typer.Option("--run", help="Also take over this run's attributes, facts and blocks, where unchanged.")
    ] = "",
) -> None:
    """Turn pages corrected in doccano or Label Studio into gold records for evaluate and train.

    Exit status: 0 done, 2 wrong usage or a file that is not what it should be.
    """
    from dvextract.exporting.corrections import import_corrections as read_corrections

    pages, mentions = read_corrections(file, source, out, run_folder)
    typer.echo(f"{out}: {pages:,} pages, {mentions:,} mentions")


@app.command(rich_help_panel=LOOK)
@_said
def sample(
    run_folder: Annotated[str, typer.Argument(metavar="RUN", help="Output folder of a finished run.")],
    table: Annotated[str, typer.Option(help="Tables to draw from, with commas; all facts when not given.")] = "",
    n: Annotated[int, typer.Option("--n", min=1, help="Rows of each table.")] = 10,
    seed: Annotated[int, typer.Option(help="Another seed draws other rows.")] = 0,
    sheet: Annotated[str, typer.Option(help="Also write a CSV sheet with an empty column 'right'.")] = "",
) -> None:
    """Print random rows of a run with their sentences and evidence, to be checked by eye.

    Exit status: 0 done, 2 wrong usage, a folder that is no finished run, or a table that is not there.
    """
    from dvextract.tables.evidence import FACTS
    from dvextract.viewing.sample import lines, write_sheet
    from dvextract.viewing.sample import sample as draw

    found = draw(run_folder, _names(table) or FACTS, n, seed)
    for line in lines(found):
        typer.echo(line)
    if sheet:
        write_sheet(found, Path(sheet))


@app.command(rich_help_panel=EXTRACT)
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
