"""What the shape of a policy cannot say of who gets leads: teams, segments and skills that lead nowhere."""

from collections.abc import Iterable, Iterator

from bot.domain.linting.written import Finding, Node, did_you_mean


def _names_lead_somewhere(policy: Node) -> Iterator[Finding]:
    teams, segments = _ids(policy["teams"]), _ids(policy["segments"])
    calendars = {"default", *(str(one.place[-1]) for one in policy["calendars"])}
    for team in policy["teams"]:
        yield from _unknown(team["backup"], "team", teams)
        for rep in team["reps"]:
            yield from _unknown(rep["calendar"], "calendar", calendars)
    for rule in policy["routing"]:
        yield from _unknown(rule["segment"], "segment", segments)


def _ids(items: Node) -> set[str]:
    return {item["id"].text for item in items} - {""}


def _unknown(name: Node, what: str, known: Iterable[str]) -> Iterator[Finding]:
    if name.text and name.text not in known:
        yield name.says(f"there is no {what} `{name.text}`{did_you_mean(name.text, known)}")


def _backups_end(policy: Node) -> Iterator[Finding]:
    """Each team that is its own backup, by however many others, is named once."""
    backup = {team["id"].text: team["backup"].text for team in policy["teams"]}
    told: set[str] = set()
    for team in policy["teams"]:
        way = [team["id"].text]
        while (following := backup.get(way[-1], "")) and following not in way:
            way.append(following)
        if following == way[0] and not told & set(way):
            told |= set(way)
            others = f" by {', '.join(f'`{one}`' for one in way[1:])}" if way[1:] else ""
            yield team["backup"].says(f"team `{way[0]}` is its own backup{others}; let one of them have none")


def _skills_are_somebody_s(policy: Node) -> Iterator[Finding]:
    """A rule looks for what somebody of its team, or of a team behind it, knows."""
    teams = {team["id"].text: team for team in policy["teams"]}
    for rule in policy["routing"]:
        team = teams.get(rule["team"].text)
        if team is None:
            continue
        known = {skill.text for rep in team["reps"] for skill in rep["skills"]}
        for skill in rule["skills"]:
            if skill.text and skill.text not in known:
                near = did_you_mean(skill.text, known)
                yield skill.says(f"nobody in team `{rule['team'].text}` has the skill `{skill.text}`{near}")


def _segments_come_once(policy: Node) -> Iterator[Finding]:
    seen: set[str] = set()
    for segment in policy["segments"]:
        name = segment["id"].text.casefold()
        if name and name in seen:
            yield segment["id"].says(f"`{segment['id'].text}` is here already")
        seen.add(name)


CHECKS = (_names_lead_somewhere, _backups_end, _skills_are_somebody_s, _segments_come_once)
