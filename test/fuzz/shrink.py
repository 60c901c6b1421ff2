"""Makes a failing script small: first without whole lanes, then without scenes,
then without single steps."""

import re


def parts(lines):
    """A script's head, its body, and the body's line numbers as lanes, scenes
    and single steps. A scene's name belongs to its first step."""
    body = [line for line in lines if re.match(r"\d+ \d+|# [a-z_]+$", line)]
    head = [line for line in lines if line not in body]
    lanes, scenes, steps = {}, [], []
    names = []
    for index, line in enumerate(body):
        if line.startswith("#"):
            names = [index]
            scenes.append([])
            continue
        if not scenes:
            scenes.append([])
        group = names + [index]
        names = []
        lanes.setdefault(line.split()[0], []).extend(group)
        scenes[-1].extend(group)
        steps.append(group)
    return head, body, [list(lanes.values()), scenes, steps]


def without(groups, fails, attempts):
    """Delta debugging: leaves out as many of the groups as it can."""
    size = max(1, len(groups) // 2)
    while groups and attempts():
        left_out = False
        for start in range(0, len(groups), size):
            fewer = groups[:start] + groups[start + size :]
            if not attempts():
                break
            if fails(fewer):
                groups, left_out = fewer, True
                break
        if left_out:
            size = min(size, max(1, len(groups) // 2))
        elif size == 1:
            break
        else:
            size = max(1, size // 2)
    return groups


def shrink(script, fails, limit=300):
    """The smallest script found within `limit` tries for which fails(script)
    still holds. The numbers of lanes and threads stay."""
    tries = 0

    def attempts():
        return tries < limit

    def text(head, body, groups):
        keep = sorted(index for group in groups for index in group)
        return "\n".join(head + [body[index] for index in keep]) + "\n"

    for level in range(3):
        head, body, groups = parts(script.splitlines())

        def check(fewer):
            nonlocal tries
            tries += 1
            return fails(text(head, body, fewer))

        groups = without(groups[level], check, attempts)
        script = text(head, body, groups)
    return script
