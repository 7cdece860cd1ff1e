"""The lessons: what can be set, what is asked, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sim.page.controls import Choice, Control, Slider, Value

UNUSED: Final = frozenset(
    (
        *("screening_u", "positive_u", "third_u", "third_work", "stay_u", "stay_of_removal_s"),
        *("again_after_s", "atd_s", "move_bits"),
    )
)
"""Drawn for everybody, and read by no run of any lesson (a test plays every position)."""
_NO_CASE: Final = UNUSED | {"preparing_s", "hearings", "adjournment_s", "outcome", "appeal_s", "giving_up_work"}
_STAY_ONLY: Final = _NO_CASE | {"document_work", "route", "group", "track"}


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
    """A task: reach `value` (`at_most` or `at_least`) of a number with as little of a lever as possible."""

    text: str
    number: str
    at_most: float | None
    at_least: float | None
    least: str
    others_fixed: bool = False
    """All other levers stand where they do at first."""
    none_of: str = ""
    """A number that must be 0."""


@dataclass(frozen=True)
class Lesson:
    """One lesson. `wide` are settings under which every person is drawn that any position may bring."""

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
    unused: frozenset[str]
    wide: Mapping[str, str]
    intro: tuple[str, ...]
    prediction: Prediction
    challenge: Challenge
    discussion: tuple[str, ...]
    bin_s: int
    wait_bin_s: int

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
    unused=_STAY_ONLY | {"processing_s", "criminality", "custody"},
    wide={"arrests.sources.border.rate": "70 / d", "people.day0.held": "1200"},
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
            draws=True,
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
    unused=_STAY_ONLY,
    wide={"arrests.sources.border.rate": "6 / d"},
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
            draws=True,
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
    unused=_STAY_ONLY,
    wide={"arrests.sources.border.rate.N": "24 / d", "arrests.sources.border.rate.S": "6 / d"},
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
            draws=True,
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
    ),
    groups=(("beds",), ("judges",), ("document",), ("seats",), ("bond",)),
    unused=UNUSED | {"stay_s"},
    wide={"arrests.sources.border.rate": "14 / d"},
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

LESSONS: Final = (ONE, TWO, THREE, FOUR)
