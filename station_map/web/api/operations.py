"""Every route of the API in one table: what it takes, what it answers, how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from station_map.domain.accounts import Scope
from station_map.domain.planning_runs import RunKind
from station_map.domain.vocabulary import Labelled
from station_map.web.api import (
    changes,
    exports,
    live,
    me,
    models,
    models_changes,
    models_kept,
    models_live,
    models_runs,
    nearest,
    reference,
    reports,
    runs,
    slim,
    stations,
)
from station_map.web.caching import GEOJSON, JSON
from station_map.web.contract import Contract
from station_map.web.contract.body import BodyContract
from station_map.web.reporting import REPORT, SUGGESTION
from station_map.web.retiring import Retiring


class Tag(Labelled):
    """A chapter of the description."""

    STATIONS = "stations", "查驿站", "Find stations"
    COPY = "copy", "下载和同步", "Download and mirror"
    REPORTS = "reports", "骑手反映", "What riders tell"
    DEVICES = "devices", "设备的实时数据", "What devices tell"
    PLANNING = "planning", "规划计算", "Runs of planning"
    ABOUT = "about", "代码表、令牌、说明", "Codes, tokens, this description"


@dataclass(frozen=True, slots=True)
class Operation:
    """One route: a GET, or a POST of the fields in `body`.

    answers: media type to model. problems: statuses beside 503 that it may answer.
    path_parameters: name to (pattern, example). token: whether a token must be shown. asks: the
    document that is sent, where fields do not say it. statuses: what a POST may answer, in words.
    tag: the chapter it stands in. scope: what the token must be for. retiring: since when it should
    not be used any more, and until when it can be.
    """

    endpoint: str
    path: str
    summary: str
    contract: Contract
    answers: tuple[tuple[str, type[BaseModel] | None], ...]
    problems: tuple[int, ...] = (400,)
    path_parameters: tuple[tuple[str, str, str], ...] = ()
    body: BodyContract | None = None
    token: bool = False
    asks: type[BaseModel] | None = None
    statuses: tuple[tuple[int, str], ...] = ((201, ""), (200, "Stored before."))
    tag: Tag = Tag.STATIONS
    scope: Scope | None = None
    retiring: Retiring | None = None

    @property
    def method(self) -> str:
        """The method, in lower case as OpenAPI writes it."""
        return "get" if self.body is None else "post"


_CODE: Final = ("code", "^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$", "340603-00001")


_RUN: Final = ("number", "^[0-9]{1,18}$", "17")
_LATER: Final = (
    202,
    "A worker computes it: Location is its address, Retry-After says when to ask.",
)


def _of_runs(kind: RunKind, name: str, zh: str, asks: type[BaseModel]) -> tuple[Operation, ...]:
    path, endpoint = runs.PATHS[kind], f"api.{kind.value}_run"
    told = ((JSON, models_runs.RunTold),)
    return (
        Operation(
            f"{endpoint}s",
            path,
            f"Runs of {name}, the newest first {zh}的计算列表",
            runs.LIST_CONTRACT,
            ((JSON, models_runs.RunPage),),
            problems=(400, 401, 403),
            token=True,
            tag=Tag.PLANNING,
            scope=Scope.PLANNING_RUN,
        ),
        Operation(
            f"{endpoint}_start",
            path,
            f"Begin a run of {name} 算一次{zh}",
            runs.CONTRACT,
            told,
            problems=(400, 401, 403, 404, 413, 415, 429),
            body=runs.NO_FIELDS,
            token=True,
            tag=Tag.PLANNING,
            scope=Scope.PLANNING_RUN,
            asks=asks,
            statuses=((201, "It was small: here is its answer."), _LATER),
        ),
        Operation(
            endpoint,
            f"{path}/{{number}}",
            f"One run of {name}: how far it is, and its answer 一次{zh}的进度和结果",
            runs.CONTRACT,
            told,
            problems=(400, 401, 403, 404),
            path_parameters=(_RUN,),
            token=True,
            tag=Tag.PLANNING,
            scope=Scope.PLANNING_RUN,
        ),
        Operation(
            f"{endpoint}_cancel",
            f"{path}/{{number}}/cancel",
            f"Stop a run of {name} 取消一次{zh}",
            runs.CONTRACT,
            told,
            problems=(400, 401, 403, 404),
            path_parameters=(_RUN,),
            body=runs.NO_FIELDS,
            token=True,
            tag=Tag.PLANNING,
            scope=Scope.PLANNING_RUN,
            statuses=((200, "It has ended."), (202, "It stops within a second.")),
        ),
        Operation(
            f"{endpoint}_repeat",
            f"{path}/{{number}}/repeat",
            f"Compute a run of {name} again, from the same data 用同样的数据再算一次{zh}",
            runs.CONTRACT,
            told,
            problems=(400, 401, 403, 404, 409, 429),
            path_parameters=(_RUN,),
            body=runs.NO_FIELDS,
            token=True,
            tag=Tag.PLANNING,
            scope=Scope.PLANNING_RUN,
            statuses=(_LATER,),
        ),
    )


OPERATIONS: Final = (
    Operation(
        "api.nearest",
        nearest.PATH,
        "Nearest stations, by distance on the spheroid 最近的站点",
        nearest.CONTRACT,
        ((GEOJSON, models.NearestStations),),
    ),
    Operation(
        "api.stations",
        stations.PATH,
        "Stations, page by page 站点列表",
        stations.CONTRACT,
        ((GEOJSON, models.StationPage), (JSON, models.StationItems)),
    ),
    Operation(
        "api.slim",
        slim.PATH,
        "Every station in one compact table 地图用的精简站点表",
        slim.CONTRACT,
        ((JSON, models_kept.SlimTable),),
        problems=(400, 413),
        tag=Tag.COPY,
    ),
    Operation(
        "api.station",
        "/api/v1/stations/{code}",
        "One station 一个站点",
        stations.ONE_CONTRACT,
        ((GEOJSON, models.StationFeature),),
        problems=(400, 404),
        path_parameters=(_CODE,),
    ),
    Operation(
        "api.changes",
        changes.PATH,
        "What changed since, in order 变更记录，用来同步",
        changes.CONTRACT,
        ((JSON, models_changes.ChangePage),),
        problems=(400, 410),
        tag=Tag.COPY,
    ),
    Operation(
        "api.export",
        "/api/v1/exports/stations.{form}",
        "Stations as a file 下载站点数据",
        exports.CONTRACT,
        tuple((media_type, None) for media_type in exports.MEDIA_TYPES),
        problems=(400, 404, 429),
        path_parameters=(("form", exports.FORM_PATTERN, "geojson"),),
        tag=Tag.COPY,
    ),
    Operation(
        "api.report",
        reports.REPORTS_PATH,
        "Report what was seen at a station 反馈一个站点",
        reports.CONTRACT,
        ((JSON, models.ReportStored),),
        problems=(400, 403, 404, 413, 415, 429),
        path_parameters=(_CODE,),
        body=REPORT,
        tag=Tag.REPORTS,
    ),
    Operation(
        "api.suggest",
        reports.SUGGESTIONS_PATH,
        "Say where a station is needed 这里需要一个驿站",
        reports.CONTRACT,
        ((JSON, models.SuggestionStored),),
        problems=(400, 403, 413, 415, 429),
        body=SUGGESTION,
        tag=Tag.REPORTS,
    ),
    Operation(
        "api.live_push",
        live.PATH,
        "Push what a device observes at a station 发送实时数据",
        live.CONTRACT,
        ((JSON, models_live.LiveStored),),
        problems=(400, 401, 403, 404, 413, 415, 429),
        path_parameters=(_CODE,),
        body=live.BODY,
        token=True,
        tag=Tag.DEVICES,
        scope=Scope.LIVE_WRITE,
    ),
    Operation(
        "api.live_hours",
        live.HOURS_PATH,
        "Hours of what devices observed, for planners 实时数据的每小时汇总",
        live.HOURS_CONTRACT,
        ((JSON, models_live.LiveHours),),
        problems=(400, 401, 403, 404),
        path_parameters=(_CODE,),
        token=True,
        tag=Tag.DEVICES,
        scope=Scope.PLANNING_RUN,
    ),
    Operation(
        "api.amenities",
        "/api/v1/amenities",
        "Amenities, presets and all other codes with their labels 服务项目与代码表",
        reference.AMENITIES_CONTRACT,
        ((JSON, models_kept.Vocabulary),),
        tag=Tag.ABOUT,
    ),
    Operation(
        "api.areas",
        reference.AREAS_PATH,
        "Outlines of the areas 行政区边界",
        reference.AREAS_CONTRACT,
        ((GEOJSON, models_kept.Areas),),
        tag=Tag.ABOUT,
    ),
    *_of_runs(RunKind.COVERAGE, "coverage", "覆盖", models_runs.CoverageRunAsked),
    *_of_runs(RunKind.SITING, "siting", "选址", models_runs.SitingRunAsked),
    Operation(
        "api.me",
        me.PATH,
        "Whose token this is, and what it may do 这个令牌是谁的",
        me.CONTRACT,
        ((JSON, models.Me),),
        problems=(400, 401),
        token=True,
        tag=Tag.ABOUT,
    ),
    Operation(
        "api.openapi",
        "/api/openapi.json",
        "This description 本接口说明",
        Contract(),
        ((JSON, None),),
        tag=Tag.ABOUT,
    ),
)
