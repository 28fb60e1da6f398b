"""How well a language model, as a reader, finds that a theme's sentences are about the theme.

    python -m benchmarks.reading_test STORE QUARTER               40 content themes
    python -m benchmarks.reading_test STORE QUARTER --themes 10   fewer

Needs named themes, and a language model: LLM_BASE_URL, LLM_MODEL and LLM_API_KEY, as naming does. A reader that did not
give the names itself is the better judge: --endpoint LLM_COMPARE asks the second one. Up to 23 questions a theme;
answers are kept in the store, so asking again costs nothing.

    calibration   the surest sentences of each theme under its name, and under the name of a theme they have nothing to
                  do with. A reader that can't tell these apart (AUC below .7) is not trusted: there are no figures
    fit           share of sentences answered 4 or 5 of 5, by how they came into the theme, and of other themes'
    AUC           how often a sentence of the theme is answered higher than one of another theme
    intruder      how often the one of seven sentences that is of a neighboring theme is found; chance is .14

Intervals are of 95 %, by bootstrap over themes.
"""

from __future__ import annotations

import sys

import click

from benchmarks.published_themes import help_text
from benchmarks.reading_test.choice import OF_THE_THEME, STRENGTHS
from benchmarks.reading_test.reading import LOWEST_AUC, Reading, read_themes
from benchmarks.reading_test.scores import OTHERS
from ftm_resources.errors import FTMError
from ftm_resources.llm.endpoint import open_endpoint
from ftm_resources.settings import read_settings
from ftm_resources.store.opening import open_store


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("store")
@click.argument("quarter")
@click.option("--themes", default=40, show_default=True, type=click.IntRange(1), help="How many themes are read.")
@click.option(
    "--endpoint",
    default="LLM",
    show_default=True,
    type=click.Choice(["LLM", "LLM_COMPARE"]),
    help="How the settings of the language model begin.",
)
def main(store: str, quarter: str, themes: int, endpoint: str) -> None:
    try:
        settings = read_settings()
        llm = open_endpoint(settings.llm if endpoint == "LLM" else settings.compared_llm)
        if llm is None:
            raise click.ClickException(
                f"there is no language model to read: set {endpoint}_BASE_URL and {endpoint}_MODEL"
            )
        reading = read_themes(open_store(store), quarter, llm, themes, lambda line: click.echo(line, err=True))
    except FTMError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{quarter}: {reading.n_themes} content themes, read by {llm.where}")
    for line in lines(reading):
        click.echo(line)
    sys.exit(not reading.trusted)


def lines(reading: Reading) -> list[str]:
    """The reading in words."""
    calibration = (
        f"calibration: AUC {reading.calibration:.2f} of {reading.n_calibrated} sentences under their theme's name "
        f"against the same under another theme's"
    )
    if reading.fit is None:
        return [
            calibration,
            f"No figures: the reader does not tell right names from swapped ones (AUC below {LOWEST_AUC:.2f}). Either "
            f"the model is too weak a reader, or the names say nothing. Ask another model, or look at the names",
        ]
    rates = reading.fit.rates
    kinds = {strength: f"fit, {strength}" for strength in STRENGTHS} | {OTHERS: "fit, sentences of other themes"}
    return [
        calibration,
        *(f"{words}: {rates[kind]}" for kind, words in kinds.items() if kind in rates),
        f"AUC of a theme's sentences against others: {reading.fit.auc or 'not measured'}",
        f"intruder found: {reading.intruder or 'not measured'}; chance is {1 / (OF_THE_THEME + 1):.2f}",
    ]


if __name__ == "__main__":
    main()
