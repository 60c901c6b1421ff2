"""The figures that a round may yield, and the table of them."""

import statistics


def total(values):
    return f"{sum(values):,}"


def middle(form):
    return lambda values: form.format(statistics.median(values))


def most(form):
    return lambda values: form.format(max(values))


# Of each figure, in the order of the table: what it is, and how the rounds'
# values become one.
FIGURES = {
    "passed": ("tests passed", most("{}")),
    "failed_tests": ("tests failed", most("{}")),
    "seconds": ("seconds", middle("{:.1f}")),
    "held": ("connections held open", most("{:,}")),
    "requests": ("requests", total),
    "failed": ("requests failed", total),
    "rate": ("requests a second", middle("{:,.0f}")),
    "set": ("SET a second", middle("{:,.0f}")),
    "get": ("GET a second", middle("{:,.0f}")),
    "p50": ("latency p50, ms", middle("{:.1f}")),
    "p99": ("latency p99, ms", middle("{:.1f}")),
    "cpu": ("CPU time a request, µs", middle("{:,.0f}")),
    "threads": ("OS threads, peak", most("{:,}")),
    "client_threads": ("OS threads of the client, peak", most("{:,}")),
    "memory": ("memory, peak, MiB", most("{:.1f}")),
}


def in_words(result):
    """A round, in one line."""
    words = []
    for key, (label, form) in FIGURES.items():
        if key in result:
            words.append(f"{label.split(',')[0]} {form([result[key]])}")
    return ", ".join([*words, *filter(None, [result["odd"]])])


def block(title, sides):
    """The lines of one load; SIDES are the results of the rounds of each."""
    yield [f"**{title}**", *("" for _ in sides)]
    for key, (label, form) in FIGURES.items():
        columns = [[r[key] for r in rounds if key in r] for rounds in sides]
        if any(columns):
            yield [label, *(form(c) if c else "-" for c in columns)]


def print_table(header, lines):
    first, *others = [max(map(len, column)) for column in zip(header, *lines)]
    for line in [header, *lines]:
        cells = [line[0].ljust(first), *map(str.rjust, line[1:], others)]
        print("| " + " | ".join(cells) + " |")
        if line is header:
            print("|".join(["", "-" * (first + 2),
                            *("-" * (width + 1) + ":" for width in others), ""]))
