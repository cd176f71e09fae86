"""Tables as typed SQLAlchemy models; Alembic migrations make them (see `migrations/`).

Rules that must always hold stand here as constraints. `station_card` is derived: the SQL
function `station_refresh` writes it in the transaction of the change, and nothing else does.
References that an import writes by the hundred thousand are held by triggers, not by foreign keys
(migrations 0002 and 0006).
"""

from __future__ import annotations

from station_map.store.schema.accounts import (
    AccountAreaRow,
    AccountEventRow,
    AccountLinkRow,
    AccountRow,
    AccountSessionRow,
    AccountStationRow,
    ApiTokenRow,
    SignInAttemptRow,
)
from station_map.store.schema.areas import AreaRow
from station_map.store.schema.base import Base
from station_map.store.schema.cards import StationCardRow
from station_map.store.schema.cases import (
    CaseEventRow,
    CaseRuleRow,
    ReportCaseRow,
    RoundAnswerRow,
    WishDecisionRow,
)
from station_map.store.schema.demand import DemandBlockRow, DemandLayerRow
from station_map.store.schema.drafts import StationDraftRow
from station_map.store.schema.duplicates import (
    DuplicateAnswerRow,
    StationDoorRow,
    StationFormerRow,
)
from station_map.store.schema.events import ServiceDayRow, ServiceEventRow
from station_map.store.schema.facts import (
    StationAmenityRow,
    StationHonourRow,
    StationHoursExceptionRow,
    StationPhotoRow,
)
from station_map.store.schema.history import (
    ChangeSetRow,
    CodeCounterRow,
    FeedEpochRow,
    ImportRunRow,
    RevisionRow,
)
from station_map.store.schema.imports import ImportJobRow, ImportMappingRow
from station_map.store.schema.live import (
    LiveHourlyRow,
    LivePaceRow,
    LiveSeenRow,
    StationLiveRow,
)
from station_map.store.schema.notices import NoticeRow, NoticeWishRow, WebhookRow
from station_map.store.schema.planning_runs import PlanningInputRow, PlanningRunRow
from station_map.store.schema.planning_scenarios import PlanningScenarioRow
from station_map.store.schema.planning_sets import PlanningSetRow
from station_map.store.schema.reports import ReportRow, SenderRow, SuggestionRow
from station_map.store.schema.stations import StationRow
from station_map.store.schema.timetables import (
    HoursOverrideRow,
    StationHoursOverrideRow,
    TimetableRow,
)
from station_map.store.schema.visits import VisitHourlyRow, VisitTapRow
from station_map.store.schema.vocabularies import AmenityRow, FacetRow
from station_map.store.schema.words import StationWordsRow

__all__ = [
    "AccountAreaRow",
    "AccountEventRow",
    "AccountLinkRow",
    "AccountRow",
    "AccountSessionRow",
    "AccountStationRow",
    "AmenityRow",
    "ApiTokenRow",
    "AreaRow",
    "Base",
    "CaseEventRow",
    "CaseRuleRow",
    "ChangeSetRow",
    "CodeCounterRow",
    "DemandBlockRow",
    "DemandLayerRow",
    "DuplicateAnswerRow",
    "FacetRow",
    "FeedEpochRow",
    "HoursOverrideRow",
    "ImportJobRow",
    "ImportMappingRow",
    "ImportRunRow",
    "LiveHourlyRow",
    "LivePaceRow",
    "LiveSeenRow",
    "NoticeRow",
    "NoticeWishRow",
    "PlanningInputRow",
    "PlanningRunRow",
    "PlanningScenarioRow",
    "PlanningSetRow",
    "ReportCaseRow",
    "ReportRow",
    "RevisionRow",
    "RoundAnswerRow",
    "SenderRow",
    "ServiceDayRow",
    "ServiceEventRow",
    "SignInAttemptRow",
    "StationAmenityRow",
    "StationCardRow",
    "StationDoorRow",
    "StationDraftRow",
    "StationFormerRow",
    "StationHonourRow",
    "StationHoursExceptionRow",
    "StationHoursOverrideRow",
    "StationLiveRow",
    "StationPhotoRow",
    "StationRow",
    "StationWordsRow",
    "SuggestionRow",
    "TimetableRow",
    "VisitHourlyRow",
    "VisitTapRow",
    "WebhookRow",
    "WishDecisionRow",
]
