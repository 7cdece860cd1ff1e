"""The lessons: what can be set, what is asked, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sim.page.controls import Choice, Control, Level, Scaled, Slider, Value


@dataclass(frozen=True)
class Prediction:
    """The question before a lesson. `unit` names what an answer counts: people, days of a hundred, or hours."""

    question: str
    unit: str
    most: float
    at: Mapping[str, Value] = field(default_factory=dict)
    """Positions of levers at which it is asked; the others stand where they do at first."""


@dataclass(frozen=True)
class Challenge:
    """A task: bring a number to `at_most` or `at_least`, with as little of a lever as possible, if one is named."""

    text: str
    number: str
    at_most: float | None
    at_least: float | None
    least: str = ""
    others_fixed: bool = False
    """All other levers stand where they do at first."""
    none_of: str = ""
    """A number that must be 0."""


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    `groups` are levers that are resolved together, those of fewer first: a group says what changes beyond the group of
    some of its levers. `rows`: people in custody at the same time, at most (0: everybody who may come). `beside`:
    positions of levers, the others as they are at first, that are always played too.
    """

    key: str
    number: int
    title: str
    short: str
    """The title where there is little room."""
    idea: str
    world: str
    replications: int
    controls: tuple[Control, ...]
    groups: tuple[tuple[str, ...], ...]
    intro: tuple[str, ...]
    prediction: Prediction
    challenge: Challenge
    discussion: tuple[str, ...]
    bin_s: int
    wait_bin_s: int
    rows: int = 0
    beside: tuple[Mapping[str, Value], ...] = ()

    def control(self, key: str) -> Control:
        """The control of that key. Raises KeyError."""
        return {control.key: control for control in self.controls}[key]

    def scenario_sets(self, settings: Mapping[str, Value]) -> dict[str, str]:
        """Paths and values of `--set` for the positions of all levers."""
        return {path: text for c in self.controls for path, text in c.sets(settings[c.key]).items()}


# --- one ----------------------------------------------------------------------------------------------
ONE: Final = Lesson(
    key="one",
    number=1,
    title="Arrivals and variation",
    short="Arrivals",
    idea="Twenty a day on average is not twenty each day.",
    world="arrivals",
    replications=5,
    controls=(
        Slider(
            "arrests",
            "Arrests, on average",
            "a day",
            2,
            40,
            1,
            20,
            "That for half a year there are enough officers, vehicles and people to find for this many arrests, and "
            "that the average itself does not drift. A goal names a desired average, not the days.",
            {"arrests.sources.border.rate": "{x} / d", "people.day0.held": "{month}"},
        ),
        Slider(
            "day_effect",
            "Day effect",
            "",
            0,
            1,
            0.1,
            0.2,
            "At 0, that days differ only by weekday and chance. At 0.2, that two days in three are within a fifth of "
            "the usual. At 1, that most days are quiet and a few are raids with more than a hundred arrests.",
            {"arrests.day_effect": "{x}"},
        ),
    ),
    groups=(("arrests",), ("day_effect",)),
    intro=(
        "An invented area: <b>20 people a day</b> are arrested on average, and each is held <b>30 days</b> on "
        "average. There is a bed for everybody. On average 20 × 30 = <b>600</b> people are held.",
        "But nobody arranges exactly 20 arrests a day. Officers find people one by one, fewer are arrested at "
        "weekends, and one day brings an operation while another brings a broken van: the <b>day effect</b>, a factor "
        "drawn for each day. In national figures the days vary by about 22 % beyond weekday and trend; a day effect "
        "of 0.2 reproduces this.",
    ),
    prediction=Prediction("On how many days in 100 are exactly 20 people arrested?", "days in 100", 100),
    challenge=Challenge(
        "Bring at least 60 people on the busiest day, with an average of 20 a day or fewer and the least day effect.",
        "Most on a day",
        None,
        60,
        "day_effect",
    ),
    discussion=(
        "The days vary by two fifths, the number held by a twentieth. Where did the variation go? What would happen "
        "to it in a hold room, where people stay for hours instead of a month?",
        "Set the day effect to 1 and leave the average alone. Who notices first: the officers, the hold room, the "
        "people who pay for beds, or the people arrested?",
        "A report says “600 held on average”. For whom is that number enough, and what does it leave out?",
    ),
    bin_s=5 * 86_400,
    wait_bin_s=6 * 3_600,
)

# --- two ----------------------------------------------------------------------------------------------
TWO: Final = Lesson(
    key="two",
    number=2,
    title="One facility and its line",
    short="A line",
    idea="As many beds as are needed on average are too few.",
    world="small-facility",
    replications=2,
    controls=(
        Slider(
            "beds",
            "Beds",
            "beds",
            60,
            130,
            1,
            90,
            "That somebody pays for this many beds every night, even when they are empty, and that there are staff "
            "for them. A bed in a contract is not yet a bed with a guard, a nurse and a meal.",
            {"beds.contracted": "{x}"},
        ),
        Slider(
            "arrests",
            "Arrests",
            "a day",
            1,
            3,
            0.1,
            2,
            "That officers find this many people a day for four months, and that all are brought here. On single days "
            "many more or fewer come: this is only the average.",
            {"arrests.sources.border.rate": "{x} / d"},
        ),
        Slider(
            "stay",
            "Mean stay in a bed",
            "days",
            15,
            75,
            3,
            45,
            "That hearings, travel documents and flights take this long. A shorter stay takes judges, documents and "
            "seats, or more releases; it is decided outside the facility.",
            {"case.stay": "{{exponential: {{mean: {x} d}}}}"},
        ),
        Slider(
            "desks",
            "Processing desks",
            "desks",
            1,
            4,
            1,
            2,
            "That this many officers sit at desks day and night, four hours per person. Do they wait for people, or "
            "do people wait for them?",
            {"intake.desks": "{x}"},
        ),
    ),
    groups=(("beds",), ("arrests",), ("stay",), ("desks",)),
    intro=(
        "One facility has <b>90 beds</b>. On an average day <b>2 people</b> are arrested and brought to it, and a stay "
        "in a bed lasts <b>45 days</b> on average. So on average 2 × 45 = <b>90 people</b> need a bed: exactly the "
        "number of beds.",
        "People arrive one by one, at moments nobody plans, and some stays are long. People who find no free bed wait "
        "in the <b>hold room</b>, a room with benches, meant for 12 hours at most.",
    ),
    prediction=Prediction("How long does a person wait for a bed, on average?", "hours", 2400),
    challenge=Challenge(
        "Bring the mean wait for a bed under 12 hours with the fewest beds, all else as it is at the start.",
        "Wait for a bed, mean",
        12,
        None,
        "beds",
        others_fixed=True,
    ),
    discussion=(
        "With 90 beds for 90 people, why does anybody wait? Set 105 beds: what happens to the wait, and what do the "
        "15 additional beds do on most nights?",
        "Cut the mean stay to 36 days instead of buying beds. Who would have to do what, and what would it mean for "
        "the person whose case is decided nine days sooner?",
        "A mean of 40 hours on a bench hides that some people do not wait and some wait a week. Which number would "
        "you put in a report, and who would prefer another one?",
    ),
    bin_s=10 * 86_400,
    wait_bin_s=6 * 3_600,
    beside=({"beds": 95}, {"beds": 80}),
)

# --- three --------------------------------------------------------------------------------------------
RUNGS: Final[Mapping[str, str]] = {
    "wait": "wait: {}",
    "transfer": "transfer: {after: 4 h, to: {N: [S], S: [N]}, seats: 4, hours: 6 h}",
    "over contract": "over_contract: {after: 12 h, allowance: 10 %}",
    "displace": "displace: {after: 12 h}",
    "release": "release: {after: 24 h}",
}
"""Rungs by name, in the order in which the lesson adds them; `wait` is always the last of a ladder."""
NOBODY_WAITS: Final = "nobody can wait"
_AT_ONCE: Final = "release: {after: 0 h, mandatory: true}"


def ladders() -> dict[str, dict[str, str]]:
    """Options of the choice: the ladder up to each rung, and one on which nobody can wait."""
    wait, *above = RUNGS
    chosen = {name: [*(RUNGS[one] for one in above[: n + 1]), RUNGS[wait]] for n, name in enumerate(above)}
    return {
        name: {"beds.ladder": f"[{', '.join(f'{{{rung}}}' for rung in rungs)}]"}
        for name, rungs in {wait: [RUNGS[wait]], **chosen, NOBODY_WAITS: [_AT_ONCE]}.items()
    }


THREE: Final = Lesson(
    key="three",
    number=3,
    title="What happens when it is full",
    short="A full house",
    idea="A shortage of beds is passed on, one rung of a ladder at a time.",
    world="full-house",
    replications=5,
    controls=(
        Choice(
            "rungs",
            "Rungs in use, up to",
            "wait",
            "That the rule is followed each time: that the bus leaves, that the facility takes ten in a hundred more, "
            "that the release is signed. <i>Nobody can wait</i> is not a rung but a world in which people who find no "
            "bed are released at once; there, theory is exact.",
            ladders(),
        ),
        Choice(
            "approval",
            "Releases need approval",
            "no",
            "That each release, for lack of a bed or to free a bed for another person, waits until somebody far away "
            "has read the request: 12 hours each, 60 % approved. Meanwhile the person stays where they are.",
            {
                "no": {},
                "yes, two reviewers": {"release": "{clearance: {reviewers: 2, review: 12 h, approval: 60 %}}"},
                "yes, one reviewer": {"release": "{clearance: {reviewers: 1, review: 12 h, approval: 60 %}}"},
            },
        ),
        Slider(
            "beds",
            "Beds in the north",
            "beds",
            100,
            240,
            10,
            140,
            "That a site, a contract and staff can be found in the north itself, and that they are paid for even on "
            "nights when beds are empty.",
            {"beds.contracted.N": "{x}"},
        ),
        Slider(
            "arrests",
            "Arrests in the north",
            "a day",
            4,
            16,
            1,
            10,
            "That officers make this many arrests however full the hold room is. Under some rules arrests stop while "
            "it is full; here they do not.",
            {"arrests.sources.border.rate.N": "{x} / d"},
        ),
    ),
    groups=(("rungs", "beds"), ("approval",), ("arrests",)),
    intro=(
        "Two areas. In the <b>north</b> 10 people a day are arrested and there are 140 beds; in the <b>south</b> 3 a "
        "day and 90 beds. A stay lasts 20 days on average. On the first day all beds in the north are full.",
        "A rule decides what happens to the next person. The rules form a <b>ladder</b>, and each rung is tried in "
        "turn. Start with the first rung and add one at a time.",
    ),
    prediction=Prediction("With the first rung alone, how many are in the hold rooms after 120 days?", "people", 2000),
    challenge=Challenge(
        "At most 20 people in the hold rooms at the end, and nobody released for lack of a bed: with the fewest beds.",
        "In the hold rooms at the end",
        20,
        None,
        "beds",
        none_of="Released for lack of a bed",
    ),
    discussion=(
        "Add the rungs one by one. Each shortens the line and passes the shortage on to somebody else. Who bears it "
        "on each rung?",
        "Compare <i>release</i> without approval, with two reviewers and with one. Who waits for the signature, and "
        "where? What would you need to know before calling the approval too slow, or too quick?",
        "With <i>release</i>, raise arrests in the north from 10 to 14 a day. How many more people are removed? How "
        "many more are arrested and released? What would three readers conclude: one who wants more removals, one who "
        "wants fewer people held, one who counts dollars?",
    ),
    bin_s=5 * 86_400,
    wait_bin_s=12 * 3_600,
)

# --- four ---------------------------------------------------------------------------------------------
_MOVES: Final = "[{{from: detention, to: same, after: {{exponential: {{mean: 30 d}}}}, share: {share} %, hours: 12 h}}]"
"""A rule of moves to another site of the area, half a day away."""
FOUR: Final = Lesson(
    key="four",
    number=4,
    title="Case, seats and the long stay",
    short="Long stays",
    idea="How long people stay decides how many are held.",
    world="long-stay",
    replications=5,
    controls=(
        Slider(
            "beds",
            "Beds",
            "beds",
            300,
            1200,
            50,
            600,
            "That beds, guards and nurses can be found and paid for, every night of the year.",
            {"beds.contracted": "{x}"},
        ),
        Slider(
            "judges",
            "Judges",
            "judges",
            0.5,
            5,
            0.5,
            2,
            "That judges are hired (742 days each, 2011 to 2016: GAO-17-438) and hear five cases a day well.",
            {"case.dockets.court.judges": "{x}"},
        ),
        Slider(
            "document",
            "Wait for a document, far countries",
            "days",
            10,
            120,
            10,
            40,
            "That a foreign government answers this quickly. An agreement may give it a reason to, at a price.",
            {"removal.groups.far.document": "{{lognormal: {{mean: {x} d, sd: {x} d}}}}"},
        ),
        Slider(
            "seats",
            "Seats on flights",
            "a day",
            1,
            8,
            0.5,
            5,
            "That planes and crews for this many can be chartered twice a week, and land where they are sent.",
            {"removal.routes.charter.seats": "{x}"},
        ),
        Slider(
            "bond",
            "Released on bond",
            "% a day",
            0,
            3,
            0.1,
            0.5,
            "That judges or officers set bond for this many people outside mandatory custody, who can pay it and come "
            "to their hearings. This world does not show what becomes of a case after release.",
            {"release.clocks.bond.rate.border": "{x} % / d"},
        ),
        Choice(
            "moves",
            "Moved to another site",
            "nobody",
            "That moves serve a purpose worth a day on the road and a lawyer who has to travel. Since February 2025 a "
            "mean stay is 1.8 bed sites of about 28 days each (counts of the Deportation Data Project).",
            {
                "nobody": {},
                "1 in 3 in a month": {"beds.moves": _MOVES.format(share=33)},
                "2 in 3 in a month": {"beds.moves": _MOVES.format(share=67)},
            },
        ),
    ),
    groups=(("beds",), ("judges",), ("document",), ("seats",), ("bond",), ("moves",)),
    intro=(
        "So far the length of a stay was given. Now it has causes. <b>10 people a day</b> are arrested, and there are "
        "<b>600 beds</b>. Four in ten people have an old removal order; for more than half a <b>judge</b> has to "
        "decide, after one to three hearings. Two judges hear 5 cases each per working day. People who are ordered "
        "removed need a <b>travel document</b> and a <b>seat</b>: six in ten go by land within days, four in ten wait "
        "forty days for a document and then for one of 5 seats a day on a plane.",
        "Not all stays end that way. Some people are released on <b>bond</b>, some win their case, some <b>give "
        "up</b>: the longer they are held, the more people accept departure without a decision. People still held 180 "
        "days after the order are released under supervision. Soon all beds are full. What would help?",
    ),
    prediction=Prediction(
        "With 900 beds instead of 600, how many people are removed in a year? (With 600 it is 2,835.)",
        "people",
        20_000,
        {"beds": 900},
    ),
    challenge=Challenge(
        "Remove at least 3,000 people in the year with the fewest beds.", "Removed in the year", None, 3000, "beds"
    ),
    discussion=(
        "Compare 300 more beds with one more judge: removals, people held, people in the hold room. Why do the beds "
        "fill up, and why do they add so little?",
        "Fewer people held can mean quicker removals, more bonds, or fewer arrests. Find two settings with about 450 "
        "people in beds at the end that differ in who leaves and how. Which one would three readers choose?",
        "Ask everybody who is held tonight how long they have been here, and everybody who left how long they stayed. "
        "Why do the answers differ? Which of the two would a newspaper report?",
    ),
    bin_s=15 * 86_400,
    wait_bin_s=4 * 86_400,
)

# --- five ---------------------------------------------------------------------------------------------
NATION: Final = "may-2025-1000"
_LEVELS: Final[Mapping[float, str]] = {0: "fy2024", 50: "extra-50", 100: "july-2025-act"}
"""Funding levels of the scenario by the share of the law of July 2025 that is added, in per cent."""


def _scaled(key: str, label: str, low: int, high: int, step: int, believe: str, *patterns: str) -> Scaled:
    paths = dict.fromkeys(patterns, "{x}")
    return Scaled(key, label, "%", low, high, step, 100, believe, paths, NATION)


FIVE: Final = Lesson(
    key="five",
    number=5,
    title="The nation: goals and budgets",
    short="The nation",
    idea="A goal meets one limit after another; money moves them, late.",
    world=NATION,
    replications=1,
    controls=(
        Slider(
            "goal",
            "Arrest goal",
            "a day",
            500,
            3500,
            250,
            1000,
            "That a number from above changes what is done. ICE made 310 arrests a day in fiscal 2024 (ICE); press "
            "counts give 1,224 in June and 990 in July 2025. The goal of 3,000 a day was set on 21 May 2025 (press "
            "reports of a meeting). A goal adds no officers: in this model, above officers’ capacity it changes "
            "nothing.",
            {"arrests.goal": "{x} / d"},
        ),
        _scaled(
            "officers",
            "Officers who make arrests",
            50,
            300,
            50,
            "That this many can be found, each making as many arrests as in 2025, lent officers included. 100 % is "
            "assumed: 65 % of about 6,100 deportation officers (testimony, press, September 2025).",
            "arrests.sources.at_large.officers",
            "arrests.sources.local_custody.officers",
        ),
        Level(
            "money",
            "Money of the July 2025 act",
            "%",
            0,
            100,
            50,
            0,
            "That dollars become capacity as fast as the scenario says: 120 more beds a day after 45 days, seats "
            "after 90 days, officers after half a year, judges after 742 days (GAO-17-438), so not within this year. "
            "100 % is the act of 4 July 2025: $45 billion for detention and $29.85 billion for operations, to "
            "September 2029.",
            {"funding.level": "{x}"},
            _LEVELS,
        ),
        _scaled(
            "beds",
            "Beds under contract",
            50,
            200,
            25,
            "That beds can be rented, staffed and reached in the same areas as now. 62,913 beds were under contract in "
            "April 2025, when 48,056 people were held (TRAC). Their distribution over areas is assumed, ± 25 %. "
            "Congress paid for 41,500; this slider does not change that.",
            "beds.contracted",
            "beds.physical",
        ),
        _scaled(
            "judges",
            "Judges who hear people held",
            50,
            400,
            50,
            "That judges can be hired, or moved from other courts, whose cases then wait. 223 are assumed, about 30 % "
            "of 700, at 7 hearings per sitting day (range × 0.67 to × 1.35). Hiring one took two years (GAO-17-438).",
            "case.dockets.*.judges",
        ),
        _scaled(
            "documents",
            "Speed of travel documents",
            50,
            400,
            50,
            "That other countries issue documents faster, as agreements promise. No data by country was found; fitted "
            "to published removals: less than a day for Mexico, 73 days for countries that seldom accept people "
            "(range × 0.7 to × 1.3 of the speed).",
            "removal.groups.*.document_speed",
        ),
        _scaled(
            "seats",
            "Seats on the way out",
            50,
            300,
            50,
            "That aircraft, crews and landing permits are available. 800 charter seats a day are derived from removal "
            "flights a month × 120 people (Witness at the Border, summer 2025; range × 0.67 to × 1.12).",
            "removal.routes.*.seats",
        ),
    ),
    groups=(
        *(("goal",), ("documents",), ("judges",), ("money",)),
        *(("money", "officers"), ("money", "beds"), ("money", "seats")),
    ),
    intro=(
        "It is the evening of 20 May 2025. <b>48,715 people</b> are held in 24 of 25 areas. Congress has paid for "
        "<b>41,500 beds</b>, and contracts cover about 63,000. About 1,000 people a day are arrested, 150 more come "
        "from the border, and a goal of <b>3,000 arrests a day</b> is about to be announced.",
        "Everything from the first four lessons happens here at once: days that differ, lines, the ladder of what to "
        "do when beds are full, judges, travel documents and seats, in every area, for a year. The question is never "
        "only “how many?” but <b>which limit comes first, and who bears it</b>: an officer, a person on a bench, a "
        "judge, a taxpayer, a family.",
        "Each time you let go of a slider, <b>the whole nation is simulated for a year</b>: half a million people or "
        "more, one by one, in a few seconds. You see <b>one run</b>, not the same year with different luck: choose "
        "another seed to see how far runs differ, and trust only differences larger than that.",
    ),
    prediction=Prediction(
        "The goal becomes 3,000 a day and nothing else changes. How many arrests a day are made at the end?",
        "arrests a day",
        10_000,
        {"goal": 3000},
    ),
    challenge=Challenge(
        "A million removals within the year: what must be true? Find a setting, then read what you would have to "
        "believe beside each lever you moved.",
        "Removed in the year",
        None,
        1_000_000,
    ),
    discussion=(
        "Set the goal to 3,000 a day and change nothing else. Then add the money of the July 2025 act. What does it "
        "buy first, what last, and what happens to people in the months between?",
        "Find two different ways to hold fewer than 60,000 people at the end of the year. Who would want which, who "
        "would pay, and what does each mean for a person who has been arrested?",
        "Set officers to 300 % and the goal to 3,000. Which slider then adds the most removals, and which leaves the "
        "fewest hold-room stays over the limit? Is it the same one?",
        "On most nights thousands of beds are empty while people in other areas wait on benches. Why? What would you "
        "have to move: beds, or people?",
        "Which of the assumptions next to the sliders do you believe least? Move that slider over its range. Does your "
        "conclusion hold?",
    ),
    bin_s=10 * 86_400,
    wait_bin_s=86_400,
    rows=160_000,
)

LESSONS: Final = (ONE, TWO, THREE, FOUR, FIVE)
