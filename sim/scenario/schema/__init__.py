"""The format of a scenario file: one class per stage of the pathway.

A class is the single definition of its keys, types, units, bounds and neutral defaults; the loader,
error messages, `detsim explain` and the editor schema derive from it. Defaults switch a feature off
(an unlimited pool, no limit, no cost): every figure about the world is in `scenarios/`, with its source.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, TypeAlias, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    create_model,
    field_validator,
    model_serializer,
    model_validator,
)

from sim import vocabulary
from sim.scenario.schema.distributions import Distribution
from sim.scenario.schema.schedules import ByArea, Schedule, Shares
from sim.scenario.schema.units import (
    Count,
    Date,
    Dollars,
    Duration,
    Flag,
    Model,
    Name,
    Number,
    PerArrest,
    PerBedNight,
    PerHearing,
    PerPerson,
    PerPersonDay,
    PerSeat,
    PerUnitYear,
    PerYear,
    Rate,
    Seed,
    Share,
    Text,
    given,
)

if TYPE_CHECKING:  # a type checker cannot read the words from the vocabulary
    Source: TypeAlias = str
    InteriorName: TypeAlias = str
    Criminality: TypeAlias = str
    CustodyClass: TypeAlias = str
    Track: TypeAlias = str
    IntakeOutcome: TypeAlias = str
    HearingOutcome: TypeAlias = str
    ClockReason: TypeAlias = str
    ClockStage: TypeAlias = str
    Clearable: TypeAlias = str
    Account: TypeAlias = str
    Day0Stage: TypeAlias = str
    Weekday: TypeAlias = str
    PlaceKind: TypeAlias = str
else:
    Source, InteriorName = Literal[vocabulary.SOURCES], Literal[vocabulary.INTERIOR]
    Criminality, CustodyClass = Literal[vocabulary.CRIMINALITY], Literal[vocabulary.CUSTODY_CLASSES]
    Track, HearingOutcome = Literal[vocabulary.TRACKS], Literal[vocabulary.HEARING_OUTCOMES]
    IntakeOutcome = Literal[vocabulary.INTAKE_OUTCOMES]
    ClockReason, ClockStage = Literal[vocabulary.CLOCK_REASONS], Literal[vocabulary.CLOCK_STAGES]
    Clearable, Account = Literal[vocabulary.CLEARABLE], Literal[vocabulary.ACCOUNTS]
    Day0Stage, Weekday = Literal[vocabulary.DAY0_STAGES], Literal[vocabulary.WEEKDAYS]
    PlaceKind = Literal[vocabulary.PLACE_KINDS]
N = TypeVar("N")
V = TypeVar("V")


Named = Annotated[dict[N, V], AfterValidator(lambda named: {name: named[name] for name in sorted(named, key=str)})]
"""Mappings sorted by name, so that no result depends on their order in a file."""
WeekdayFactors = dict[Weekday, Number]
"""Factors by weekday; the loader asks for all seven and scales them to mean 1."""


# --- people -------------------------------------------------------------------------------------
class SourcePeople(Model):
    """Attributes of people from one source; each set of shares adds up to 100 %."""

    criminality: Shares[Criminality] = Shares({"none": 1})
    mandatory: dict[Criminality, Share] = given(
        {"convicted": 0, "pending": 0, "none": 0}, "Share under mandatory custody, by criminality."
    )
    groups: Shares[Name] | None = given(
        None, "Country groups (keys of removal.groups); default: the groups' own shares."
    )
    tracks: Shares[Track] = Shares({"final_order": 1})
    intake: Shares[IntakeOutcome] = Shares({"detain": 1})

    @field_validator("mandatory")
    @classmethod
    def _complete(cls, shares: dict[str, float]) -> dict[str, float]:
        return {word: shares.get(word, 0) for word in vocabulary.CRIMINALITY}


class AgeBand(Model):
    """People held on day 0 whose time served lies in [low, high)."""

    low: Duration
    high: Duration
    share: Share


class Day0(Model):
    """The people already held when the run starts; all of them are in beds."""

    held: Count = 0
    areas: ByArea[Share] | None = given(None, "Shares by area of detention; default: equal.")
    composition: Text | None = given(None, "CSV of synthetic people who are held; replaces the keys below.")
    sources: Shares[Source] = Shares({"border": 1})
    tracks: dict[Source, Shares[Track]] = given({}, "Default: the source's own track shares.")
    time_served: list[AgeBand] = given([], "Uniform inside a band; default: just arrived.")
    stages: dict[Track, Shares[Day0Stage]] = given(
        {}, "Stage weights by track; default: the first stage of the track (or `stay`)."
    )
    long_stayer_stages: dict[Track, Shares[Day0Stage]] = given(
        {}, "The same for people who have served `long_stay` or more."
    )
    long_stay: Duration = given("180 d")


IN_A_COMPOSITION: Final = ("sources", "tracks", "time_served", "stages", "long_stayer_stages", "long_stay")
"""Keys of `people.day0` that a composition file replaces."""


LONGEST_SERVED_DAYS: Final = 30 * 365
"""Longest time served by anybody held on day 0: the moment of arrest then fits the numbers of both engines."""


class People(Model):
    sources: dict[Source, SourcePeople] = given({})
    day0: Day0 = Day0()


# --- arrests ------------------------------------------------------------------------------------
class InteriorSource(Model):
    """Officers make c = officers × arrests per officer-day × cooperation × (1 − leak_loss) a day."""

    officers: ByArea[Schedule[Number]] | None = given(
        None, "Officers on this work, by area; none: arrests follow the goal by `share`."
    )
    arrests_per_officer_day: ByArea[Schedule[Number]] | None = None
    cooperation: ByArea[Schedule[Share]] = given("100 %", "Share of custody transfers that the jurisdiction agrees to.")
    leak_loss: ByArea[Schedule[Share]] = given("0 %", "Share of planned arrests lost to leaks.")
    share: ByArea[Number] | None = given(None, "Weights that divide a goal among areas if no officers are modelled.")
    pool: ByArea[Count] | None = given(None, "People not yet found at the start; none: unlimited.")


class BorderSource(Model):
    rate: ByArea[Schedule[Rate]] = given("0 / d", "Book-ins from the border, by area.")


class ArrestSources(Model):
    at_large: InteriorSource | None = None
    local_custody: InteriorSource | None = None
    border: BorderSource | None = None


class Batch(Model):
    """A raid: a group of people arrested at one instant."""

    date: Date
    hour: Annotated[Number, Field(ge=0, lt=24)] = 6
    area: Name
    source: Source = "at_large"
    people: Count


class Throttle(Model):
    """Stops arrests in an area while its hold rooms are above this share of their places."""

    hold_room_share: Annotated[Number, Field(gt=0)]


class Arrests(Model):
    goal: Schedule[Rate] | None = given(None, "National goal for interior arrests; none: no goal.")
    priority: Literal["proportional", "criminality"] = "proportional"
    sources: ArrestSources = ArrestSources()
    weekday: WeekdayFactors | None = None
    day_effect: Annotated[Number, Field(ge=0, le=2)] = given(
        0, "Sigma of the lognormal factor (mean 1) drawn for each source and date."
    )
    batches: list[Batch] = given([])
    throttle: Throttle | None = None
    observed: Text | None = given(
        None, "CSV with date,source,area,arrests that replaces the drawn arrivals (area may be empty)."
    )


# --- intake and beds ----------------------------------------------------------------------------
class Ceiling(Model):
    """What happens while an area's hold rooms have more than `of_places` times as many people as places."""

    of_places: ByArea[Number]
    then: Literal["stop_arrests", "release"] = given(
        "stop_arrests", "stop_arrests: nobody is taken in, border included; release: the rung `release` is tried first."
    )


class Intake(Model):
    """Hold rooms and processing desks of each area."""

    places: ByArea[Schedule[Count]] | None = given(None, "Hold-room places; none: not counted.")
    hours_limit: Schedule[Duration] | None = given(None, "Longest allowed hold; none: no limit.")
    desks: ByArea[Schedule[Count]] | None = given(None, "Processing desks; none: unlimited.")
    processing: Distribution = given("0 s")
    ceiling: Ceiling | None = given(None, "None: hold rooms take everybody.")


class Transfer(Model):
    after: Duration | None = given(None, "Since entry; default: the hold limit.")
    to: dict[Name, list[Name]] = Field(description="For each area the areas it may send to, in order of preference.")
    seats: ByArea[Schedule[Number]] = Field(description="Transfer seats per day, by area of departure.")
    departures: list[Duration] = given(["12 h"], "Times of day at which transports leave.")
    hours: Duration = given("6 h", "Transport time.")
    weekday: WeekdayFactors | None = None


class OverContract(Model):
    after: Duration | None = None
    allowance: Share


class Displace(Model):
    after: Duration | None = None
    mandatory: Flag = given(False, "True: mandatory people may be displaced too.")


class ReleaseNoBed(Model):
    after: Duration | None = None
    mandatory: Flag = given(False, "True: mandatory people may be released for lack of a bed too.")


class Wait(Model):
    after: Duration | None = None


class Rung(Model):
    """One rung of the overflow ladder: exactly one of the five keys."""

    one_of_many: ClassVar[bool] = True

    transfer: Transfer | None = None
    over_contract: OverContract | None = None
    displace: Displace | None = None
    release: ReleaseNoBed | None = None
    wait: Wait | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, raw: Any) -> Any:
        """`- wait` and `- wait:` mean `- wait: {}`."""
        if isinstance(raw, str):
            return {raw: {}}
        return {k: {} if v is None else v for k, v in raw.items()} if isinstance(raw, dict) and len(raw) == 1 else raw

    @model_validator(mode="after")
    def _one(self) -> Rung:
        if sum(getattr(self, kind) is not None for kind in vocabulary.RUNGS) != 1:
            raise ValueError(f"a rung has exactly one of {', '.join(vocabulary.RUNGS)}")
        return self

    @model_serializer(mode="wrap")
    def _without_the_others(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {kind: value for kind, value in handler(self).items() if value is not None}

    @property
    def kind(self) -> str:
        """The rung's name."""
        return next(kind for kind in vocabulary.RUNGS if getattr(self, kind) is not None)

    @property
    def after_s(self) -> int | None:
        """Seconds since entry; None: the hold limit."""
        after: int | None = getattr(self, self.kind).after
        return after


class Place(Model):
    """A pool of beds beside those of the areas. Operating beds are min(physical, contracted)."""

    area: Name
    kind: PlaceKind = "detention"
    contracted: Schedule[Count] | None = given(None, "None: unlimited.")
    physical: Schedule[Count] | None = given(None, "None: unlimited.")
    guaranteed_minimum: Schedule[Count] | None = given(None, "Paid for even if empty.")
    stay_limit: Duration | None = given(None, "Days beyond it are counted; a move with `limit: true` falls due then.")


SAME: Final = "same"
"""In `to`: another site of the same pool of beds."""
Words = Annotated[
    list[Name],
    BeforeValidator(lambda raw: [raw] if isinstance(raw, str) else raw),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One word or a list."""


class _Move(Model):
    """When people in some places are moved, where to, and on what transport.

    `from` and `to` have kinds of places, areas (their own pools) and named places. A kind in `to` means those of the
    same area, then of the areas that `transfer` sends to, in its order.
    """

    to: Words = Field(description="Places or kinds, in order of preference; `same`: another site of the same pool.")
    after: Distribution | None = given(None, "Time in the place after which the move falls due.")
    limit: Flag = given(False, "True: the move falls due at the place's stay_limit.")
    at: Literal["document", "seat_line"] | None = given(None, "The move falls due when this stage begins.")
    lead: Schedule[Duration] = given(
        "0 s", "With `at: seat_line`: the move falls due when this much of the work for the travel document is left."
    )
    share: Schedule[Share] = given("100 %", "Share of people who are moved when the move falls due.")
    seats: Schedule[Number] | None = given(
        None, "Seats per day, averaged over a week; none: whoever has a bed to go to leaves."
    )
    departures: list[Duration] = given(["12 h"], "Times of day at which transports leave.")
    weekday: WeekdayFactors | None = None
    hours: Duration = given("6 h", "Transport time.")
    cost: PerSeat = given("$0 / seat")
    transfers: Flag = given(False, "True: uses the seats, hours and price of transfers that hold rooms leave over.")

    @property
    def origin(self) -> list[str]:
        """Words of `from`, which Python does not take as a name."""
        words: list[str] = getattr(self, "from")
        return words

    @property
    def when(self) -> str:
        """The word of what makes the move fall due."""
        return "after" if self.after is not None else "limit" if self.limit else str(self.at)


if TYPE_CHECKING:
    Move: TypeAlias = _Move
else:
    Move = create_model("Move", __base__=_Move, **{"from": (Words, Field(description="Places or kinds."))})


class Beds(Model):
    """One pool per area and one per named place. Operating beds are min(physical, contracted)."""

    funded: Schedule[Count] | None = given(None, "National; only reported, unless spending stops.")
    contracted: ByArea[Schedule[Count]] | None = given(None, "None: unlimited.")
    physical: ByArea[Schedule[Count]] | None = given(None, "None: unlimited.")
    guaranteed_minimum: ByArea[Schedule[Count]] | None = given(None, "Paid for even if empty.")
    ladder: list[Rung] = given([], "What happens to people who find no bed.")
    places: Named[Name, Place] = given(
        {}, "Places beside the pools of the areas; people of an area get their first bed in one."
    )
    moves: list[Move] = given([], "Rules by which people in bed are moved to other places.")


# --- case ---------------------------------------------------------------------------------------
class Docket(Model):
    """A detained docket: a line served by judges × hearings per sitting day (a day whose court_weekday is 1)."""

    areas: list[Name]
    judges: Schedule[Number]
    hearings_per_judge_day: Schedule[Number] = given(1)


class Screening(Model):
    """Credible-fear screening, a step of the expedited track."""

    share: Schedule[Share] = Field(description="Share of expedited people who are screened.")
    positive: Schedule[Share] = Field(description="Share of screenings that send the case to proceedings.")
    officers: Schedule[Number]
    screenings_per_officer_day: Number
    weekday: WeekdayFactors | None = None


class GivingUpBand(Model):
    after: Duration
    rate: Schedule[Rate]


class CourtChallenges(Model):
    """Stays of removal granted after an order (court-ordered releases are a release clock)."""

    share: Schedule[Share]
    duration: Distribution


class Case(Model):
    mode: Literal["tracks", "stay"] = "tracks"
    stay: Distribution | None = given(None, "mode stay: time in bed.")
    stay_exit: Literal["removed", "other_agency"] = "removed"
    docket_moves: Literal["keep", "change"] = given(
        "keep", "change: a moved person joins the docket of the new area, with the first request."
    )
    preparing: dict[Track, Distribution] = given(
        {}, "Time in bed before the first case event: filing (proceedings) or the order (other tracks)."
    )
    dockets: Named[Name, Docket] = given({}, "In areas without a docket nobody waits for a judge.")
    court_weekday: WeekdayFactors | None = None
    hearings: Shares[Annotated[Count, Field(ge=1, le=12)]] = Shares({1: 1})
    adjournment: Distribution = given("0 s")
    outcome: Shares[HearingOutcome] = Shares({"ordered": 1})
    appeal_share: Share = 0
    appeal: Distribution = given("0 s")
    screening: Screening | None = None
    giving_up: list[GivingUpBand] = given([], "Rate, by time held, at which people in proceedings accept departure.")
    court_challenges: CourtChallenges | None = None


# --- removal ------------------------------------------------------------------------------------
class Group(Model):
    """A country group: its share of people, its documents, its routes."""

    share: Share = given(1, "Share of people. Groups are taken by it, the largest first, then by name.")
    document: Distribution = given("0 s")
    document_speed: Schedule[Number] = given(1)
    routes: Shares[Name]


class Route(Model):
    """Seats per day, divided among the route's departures."""

    kind: Literal["land", "charter", "commercial"]
    seats: Schedule[Number] = Field(description="Seats (or crossings) per day, averaged over a week.")
    departures: list[Duration] = given(["12 h"])
    weekday: WeekdayFactors | None = None
    cost: PerSeat = given("$0 / seat")


def _by_share(groups: dict[str, Group]) -> dict[str, Group]:
    """Groups by their shares, the largest first, then by name, whatever their order in the file."""
    return dict(sorted(groups.items(), key=lambda item: (-item[1].share, item[0])))


def _by_kind(routes: dict[str, Route]) -> dict[str, Route]:
    """Routes by kind, then by name, whatever their order in the file."""
    kinds = get_args(Route.model_fields["kind"].annotation)
    return dict(sorted(routes.items(), key=lambda item: (kinds.index(item[1].kind), item[0])))


class Agreement(Model):
    """A country agreement in force from a date: faster documents, or third-country removal."""

    groups: list[Name]
    start: Date
    end: Date | None = None
    document_speed: Annotated[Number, Field(gt=0)] = 1
    third_country_share: Share = 0


class ThirdCountry(Model):
    document: Distribution
    route: Name


class Pace(Model):
    """How fast cases end, relative to what `document_speed` and `giving_up` say: seen at the start, later unknown."""

    level: Annotated[Number, Field(gt=0)] = given(1, "Pace at the start, as the last exits imply.")
    returns: Annotated[Duration, Field(gt=0)] = Field(
        description="Time in which the distance to 1 falls to 1/e, and for which a chance deviation lasts."
    )
    spread: Annotated[Number, Field(le=2)] = given(
        0, "Standard deviation of its logarithm about this path, drawn for each replication."
    )


class Removal(Model):
    goal: Rate | None = None
    pace: Pace | None = None
    groups: Annotated[dict[Name, Group], AfterValidator(_by_share)] = given(
        {}, "None: nobody waits for documents or seats."
    )
    routes: Annotated[dict[Name, Route], AfterValidator(_by_kind)] = given({})
    agreements: Named[Name, Agreement] = given({})
    third_country: ThirdCountry | None = None
    post_order_limit: Schedule[Duration] | None = None


# --- release ------------------------------------------------------------------------------------
class Clock(Model):
    """A calendar-time hazard that acts on everybody held and eligible."""

    rate: dict[Source, Schedule[Rate]] = Field(description="Daily share of eligible people, by source.")
    classes: list[CustodyClass] = given(["mandatory", "discretionary"])
    stages: list[ClockStage] = given(["hold_room", "case", "post_order"])


class Clearance(Model):
    """Releases that wait, in custody, for approval. `reasons: all` covers every clearable reason."""

    reasons: Annotated[
        list[Clearable], BeforeValidator(lambda raw: list(vocabulary.CLEARABLE) if raw == "all" else raw)
    ] = given(["recognizance", "parole", "no_bed", "displaced"])
    reviewers: Schedule[Count]
    review: Distribution
    approval: Schedule[Share] = given("100 %")


class Diversion(Model):
    """Supervision instead of a bed: at the end of intake, while there is a slot."""

    share: Schedule[Share] = Field(description="Of people of these classes who would be detained, by date of arrest.")
    classes: list[CustodyClass] = given(["discretionary"])
    appearance: Share = given(
        1, "Share who appear in court; the others are looked for again, and may be arrested again."
    )


class Atd(Model):
    slots: Schedule[Count] | None = given(None, "Programme slots; none: unlimited.")
    enrolled: Count = given(0, "People enrolled on day 0.")
    duration: Distribution = given("0 s")
    diversion: Diversion | None = None


class Rearrest(Model):
    share: Share
    after: Distribution


class Release(Model):
    clocks: dict[ClockReason, Clock] = given({})
    weekday: WeekdayFactors | None = given(None, "Weekday factors of the clocks.")
    clearance: Clearance | None = None
    atd: Atd | None = None
    rearrest: Rearrest | None = None


# --- funding ------------------------------------------------------------------------------------
class Prices(Model):
    bed_night: PerBedNight = given("$0 / bed-night")
    guaranteed_night: PerBedNight = given("$0 / bed-night")
    over_contract_premium: PerBedNight = given("$0 / bed-night")
    arrest: PerArrest = given("$0 / arrest")
    intake: PerPerson = given("$0 / person")
    transfer: PerPerson = given("$0 / person")
    hearing: PerHearing = given("$0 / hearing")
    atd_day: PerPersonDay = given("$0 / person-day")


class Buys(Model):
    """What a share of an account's extra dollars buys, with what delay and how fast.

    Extra dollars are those of `funding.level` minus those of `funding.base`; the base level pays for the
    capacities given in the stages.
    """

    account: Account
    share: Share = 1
    price: PerUnitYear = Field(description="Dollars per unit and year.")
    lag: Duration = given("0 d", "Delay from the dollars to the first unit.")
    ramp: Number | None = given(None, "Units that can be added per day; none: all at once.")
    cancel: Duration = given("0 d", "Delay from the end of the dollars to the end of the units.")
    most: Number | None = given(None, "Most extra units.")


class Conversion(Model):
    """Dollars to capacity: each entry adds to the base capacity in proportion to it."""

    beds: Buys | None = None
    officers: Buys | None = None
    judges: Buys | None = None
    seats: Buys | None = None
    atd_slots: Buys | None = None
    desks: Buys | None = None


class Detail(Model):
    """Officers lent by another agency for a time."""

    officers: Schedule[Number]
    start: Date
    end: Date | None = None
    source: InteriorName = "at_large"
    arrest_yield: Annotated[Number, Field(ge=0)] = given(
        1, "Arrests per lent officer, relative to the area's own officers."
    )


class Attrition(Model):
    """Share of staff in service who leave; each is replaced after the `lag` of `funding.buys`, without it never."""

    officers: Schedule[Rate] = given("0 / yr")
    judges: Schedule[Rate] = given("0 / yr")


class Staff(Model):
    details: Named[Name, Detail] = given({})
    attrition: Attrition = Attrition()


class Funding(Model):
    level: Name | None = None
    base: Name | None = None
    levels: dict[Name, dict[Account, Schedule[PerYear]]] = given({})
    limited_by: list[Account] = given(["custody"], "Accounts whose exhaustion has an effect.")
    on_exhaustion: Literal["continue", "stop_over_funding", "stop_arrests"] = "continue"
    spent_before_start: dict[Account, Dollars] = given(
        {}, "Spent in the fiscal year before the start; default: in proportion to time."
    )
    prices: Prices = Prices()
    buys: Conversion = Conversion()
    staff: Staff = Staff()


# --- the file -----------------------------------------------------------------------------------
class Provenance(Model):
    """Where a value comes from and how well it is known."""

    value: Text | None = None
    date: Date | None = None
    status: Literal["seen", "derived", "assumed"]
    source: Text
    low: Text | None = given(
        None, "Low end of the plausible range: a value as at the path, or -20 %, x 0.5, for shares odds x 0.5."
    )
    high: Text | None = given(None, "High end, written like the low one.")
    vary: list[Text] = given(
        [], "Paths that the range moves together (`*`: any key); default: everything the entry covers."
    )
    fixed: Text | None = given(None, "Why there is no range.")

    @model_validator(mode="after")
    def _range(self) -> Provenance:
        if (self.low is None) != (self.high is None):
            raise ValueError(f"has no {'low' if self.low is None else 'high'}, a range needs both ends")
        if self.vary and self.low is None:
            raise ValueError("has `vary` but no low and high")
        if self.fixed is not None and self.low is not None:
            raise ValueError("is either `fixed` or has low and high")
        return self


class Scenario(Model):
    """A scenario as resolved: every key has a value."""

    extends: Text | None = None
    name: Text = ""
    title: Text = ""
    question: Text = ""
    start: Date = dt.date(2025, 1, 1)
    days: Annotated[Count, Field(ge=1, le=3660)] = 30
    replications: Annotated[Count, Field(ge=1, le=100_000)] = 1
    seed: Seed = 1
    areas: Named[Name, Text] = given({"A": "one area"}, "Area codes and their names.")
    people: People = People()
    arrests: Arrests = Arrests()
    intake: Intake | None = None
    beds: Beds | None = None
    case: Case | None = None
    removal: Removal | None = None
    release: Release | None = None
    funding: Funding | None = None
    checks: dict[Text, Text] = given({}, "Expected value of a measure, e.g. `45000..52000`.")
    sources: dict[Text, Provenance] = given({}, "Path of a value to its source.")
