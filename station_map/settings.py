"""Every setting, read once from the environment (prefix `STATION_MAP_`)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from station_map.errors import InputError

PREFIX = "STATION_MAP_"
Basemap = Literal["none", "osm", "tianditu", "amap"]
SmtpSecurity = Literal["starttls", "tls", "none"]
Port = Annotated[int, Field(ge=0, le=65535)]

_MEGABYTE = 1_000_000
_ORIGIN = re.compile(
    r"https?://(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?/?", re.IGNORECASE | re.ASCII
)
_EMBEDDING = re.compile(
    r"https?://(?:\*\.)?(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.ASCII
)
_MAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$"
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_ISSUER = re.compile(
    r"(?:https://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?|http://(?:localhost|127\.0\.0\.1)(?::\d{1,5})?)"
    r"(?:/[A-Za-z0-9._~/-]*)?",
    re.ASCII,
)


class Settings(BaseSettings):
    """The product's settings; frozen. Read by `app`, `cli` and `jobs` only.

    Each field `x` is the environment variable `STATION_MAP_X`. Its description is what
    the reference page of the documentation says.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    database_url: str | None = Field(
        None,
        repr=False,  # it may hold a password
        description="数据库地址 (postgresql://…)；不设则用内置数据库。"
        " URL of an outside PostGIS database; unset: the embedded one.",
    )
    data_dir: Path = Field(
        Path("var"),
        description="内置数据库等数据所在的文件夹。 Folder of the embedded database and other data.",
    )
    host: str = Field("127.0.0.1", description="监听的地址。 Address to listen on.")
    port: Port = Field(8000, description="监听的端口。 TCP port to listen on.")
    public_url: str | None = Field(
        None,
        description="对外的网址，如 https://stations.example.org：网站地图、规范链接和二维码用它；"
        "不设则按请求里的主机名。"
        " Public origin, for sitemap, canonical links and QR codes; unset: taken from the request.",
    )
    data_licence: str = Field(
        "未注明，使用前请问发布者 not stated; ask the publisher before use",
        max_length=200,
        description="站点数据的使用许可，写在每个导出的文件里。"
        " Licence of the stations' data, told in every exported file.",
    )
    data_attribution: str = Field(
        "歇脚地图 station-map",
        max_length=200,
        description="使用数据时怎样署名，写在每个导出的文件里。"
        " How users of the data name its source, told in every exported file.",
    )
    workers: PositiveInt = Field(
        2,  # measured on two cores that the database shares: a third more than 1, p99 alike
        le=64,
        description="服务进程数；每个进程约用一个处理器。"
        " Server processes; each keeps about one processor busy.",
    )
    threads: PositiveInt = Field(
        2,  # measured: as many requests as with 4, and the slowest wait half as long
        le=64,
        description="一个进程里同时处理请求的线程数。 Threads that answer requests.",
    )
    queue_worker: bool = Field(
        True,
        description="up 和 serve 旁边开一个后台进程，做通知、清理等。"
        " Run a worker of the queue beside `up` and `serve`, for notices, retention and so on.",
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=8,
        description="本机前面自己的反向代理层数；X-Forwarded-For 只信最后这么多项。"
        " Reverse proxies of your own in front; so many last entries of X-Forwarded-For are"
        " believed, none by default.",
    )
    report_key: str | None = Field(
        None,
        repr=False,
        min_length=16,
        description="区分重复反馈、保护登录用的密钥；不设则自动生成，放在数据文件夹里。"
        " Secret by which repeated reports are told apart and cookies are signed; unset: made once"
        " and kept in the data folder. Several machines on one database need the same.",
    )
    report_photo_max_bytes: PositiveInt = Field(
        10 * _MEGABYTE,
        description="一张照片（反馈的、驿站的）的最大字节数。"
        " Largest photo, of a report or a station, in bytes.",
    )
    report_photo_max_pixels: PositiveInt = Field(
        50_000_000,
        description="一张照片的最大像素数。 Most pixels of such a photo.",
    )
    session_idle_minutes: PositiveInt = Field(
        60,
        le=24 * 60,
        description="登录后多少分钟不用就要重新登录。"
        " Minutes without use after which one must sign in again.",
    )
    session_hours: PositiveInt = Field(
        12,
        le=30 * 24,
        description="登录后最多多少小时，用着也要重新登录。"
        " Hours after which one must sign in again in any case.",
    )
    smtp_host: str | None = Field(
        None,
        min_length=1,
        description="发通知邮件的服务器；不设则不发邮件。"
        " Server that sends mail; unset: no mail is sent.",
    )
    smtp_port: Port = Field(587, description="它的端口。 Its port.")
    smtp_security: SmtpSecurity = Field(
        "starttls",
        description="连接怎么加密：starttls、tls（一开始就加密）、none（只给本机用）。"
        " How the connection is secured; none is for this machine only.",
    )
    smtp_user: str | None = Field(
        None, description="邮件服务器的用户名；不设则不登录。 User name there; unset: no login."
    )
    smtp_password: str | None = Field(
        None, repr=False, description="邮件服务器的密码。 Password there."
    )
    mail_from: str | None = Field(
        None,
        pattern=_MAIL,
        description="通知邮件的发件地址；设了 SMTP_HOST 就要有，PUBLIC_URL 也要有。"
        " Address that notices come from; needed with SMTP_HOST, as PUBLIC_URL is.",
    )
    webhook_allow_private: bool = Field(
        False,
        description="允许 webhook 用 http，或发到本机、内网的地址。"
        " Let webhooks go to http, this machine and private networks.",
    )
    keep_report_details_days: PositiveInt = Field(
        180,
        le=3650,
        description="骑手反馈里的照片和位置留多少天；文字和次数一直留着。"
        " Days for which photos and positions of reports are kept; the rest of a report stays.",
    )
    keep_ended_tokens_days: PositiveInt = Field(
        90,
        le=3650,
        description="过期、作废的接口令牌还留多少天。 Days for which ended API tokens are listed.",
    )
    keep_notices_days: PositiveInt = Field(
        90, le=3650, description="发过的通知留多少天。 Days for which notices are kept."
    )
    keep_failed_jobs_days: PositiveInt = Field(
        30,
        le=3650,
        description="没做成的后台活留多少天。 Days for which failed jobs of the queue are kept.",
    )
    count_visits: bool = Field(
        False,
        description="扫门牌进来的页面上问要不要“计一次到访”；只记驿站、哪一小时和次数。"
        " Offer visitors who scan a plate to count their visit: station, hour and a number only.",
    )
    keep_visits_days: PositiveInt = Field(
        800,
        le=3650,
        description="每小时到访次数保留多少天。 Days for which hours of visits are kept.",
    )
    keep_runs_days: PositiveInt = Field(
        400,
        le=3650,
        description="规划计算和它读过的数据保留多少天。"
        " Days for which runs of planning, and what they read, are kept.",
    )
    run_seconds: PositiveInt = Field(
        3600,
        le=86_400,
        description="网页和接口发起的选址最多算多少秒。"
        " Seconds that siting may be asked to take by page and API.",
    )
    run_threads: PositiveInt = Field(
        2,
        le=64,
        description="网页和接口发起的选址最多用几个线程。"
        " Threads that siting may be asked to use by page and API.",
    )
    oidc_issuer: str | None = Field(
        None,
        description="单位统一登录 (OpenID Connect) 的发行者网址；不设则没有。"
        " Issuer URL of the OpenID Connect provider by which accounts may sign in; unset: none.",
    )
    oidc_client_id: str | None = Field(
        None,
        description="在统一登录里登记的客户端编号。 Client id that the provider knows us by.",
    )
    oidc_client_secret: str | None = Field(
        None,
        repr=False,
        description="在统一登录里登记的客户端密钥。 Client secret that goes with it.",
    )
    embed_origins: str = Field(
        "",
        max_length=4_000,
        description="哪些网站可以嵌入地图（/embed/v1/）：http(s)://主机名[:端口]，空格隔开，可以写"
        " https://*.example.org；* 是所有网站；不设则只有本站自己。"
        " Origins of the sites that may embed the map, blanks between them; * for all; unset: none"
        " but this one.",
    )
    live_max_age_minutes: PositiveInt = Field(
        15,
        le=24 * 60,
        description="设备发来的实时数据多少分钟以后就不再显示。"
        " Minutes after which what a device said is no longer shown.",
    )
    live_pushes_per_minute: PositiveInt = Field(
        300,
        description="一个令牌一分钟最多发几次实时数据。 Pushes of one token in a minute.",
    )
    live_keep_days: PositiveInt = Field(
        800,
        description="实时数据的每小时汇总保留多少天。 Days for which hours of live data are kept.",
    )
    basemap: Basemap = Field(
        "none",
        description="底图。 Basemap: none (districts' outlines), osm, tianditu (needs a key), amap.",
    )
    tianditu_key: str | None = Field(
        None,
        repr=False,
        description="天地图的浏览器端密钥。 Browser key for the tianditu basemap.",
    )
    map_tiles_from: PositiveInt = Field(
        5_000,
        le=20_000,
        description="驿站多于多少个时，骑手的地图由服务器聚合，不再一次全部取来。"
        " With more stations than this the rider's map asks for clusters, not for all at once.",
    )
    import_max_bytes: PositiveInt = Field(
        200 * _MEGABYTE,
        description="导入文件的最大字节数。 Largest file that is imported, in bytes.",
    )
    import_max_unzipped_bytes: PositiveInt = Field(
        1000 * _MEGABYTE,
        description="压缩文件（含 xlsx）展开后的最大字节数。"
        " Largest size of a zip file's (or xlsx's) contents, in bytes.",
    )
    import_max_rows: PositiveInt = Field(
        1_000_000,
        description="一次导入的最大行数。 Most rows of one import.",
    )
    import_max_cells: PositiveInt = Field(
        50_000_000,
        description="一张表的最大单元格数。 Most cells of one sheet.",
    )
    import_max_blank_rows: PositiveInt = Field(
        2_000_000,
        description="一次导入的最大空行数。 Most empty rows of one import.",
    )
    import_max_columns: PositiveInt = Field(
        512, description="一张表的最大列数。 Most columns of one sheet."
    )
    import_max_cell_chars: PositiveInt = Field(
        8_192,
        description="一个单元格的最大字数。 Longest text of one cell, in characters.",
    )
    import_max_zip_entries: PositiveInt = Field(
        2_000,
        description="压缩文件（含 xlsx）的最大条目数。 Most entries of a zip file (or xlsx).",
    )
    import_max_ratio: PositiveInt = Field(
        250,
        description="压缩文件条目的最大压缩比（小条目不计）。"
        " Largest compression ratio of a large entry of a zip file.",
    )
    import_reader_memory_bytes: PositiveInt = Field(
        3000 * _MEGABYTE,
        description="读文件的子进程可用的内存字节数。"
        " Address space of the process that parses a file, in bytes.",
    )
    import_reader_seconds: PositiveInt = Field(
        180,
        description="读文件的子进程可用的处理器秒数。"
        " CPU time of the process that parses a file, in seconds.",
    )

    import_keep_hours: PositiveInt = Field(
        24,
        le=30 * 24,
        description="在网页上传的导入文件和逐行结果最多留多少小时。"
        " Hours for which files uploaded for import, and what became of their rows, are kept.",
    )

    @field_validator("public_url")
    @classmethod
    def _check_origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if _ORIGIN.fullmatch(value) is None:
            raise ValueError(
                "只能是 http(s)://主机名[:端口]，不带路径，如 https://stations.example.org。"
                " It must be http(s)://host[:port] without a path"
            )
        return value.rstrip("/").lower()

    @field_validator("embed_origins")
    @classmethod
    def _check_embedding(cls, value: str) -> str:
        # Each becomes a part of a header: nothing else may get in.
        given = [one.rstrip("/").lower() for one in re.split("[\\s,]+", value) if one]
        for one in given:
            if one != "*" and _EMBEDDING.fullmatch(one) is None:
                raise ValueError(
                    f"{one!r} 不是 http(s)://主机名[:端口]（不带路径），如 https://www.example.org。"
                    f" {one!r} is not http(s)://host[:port] without a path"
                )
        return "*" if "*" in given else " ".join(dict.fromkeys(given))

    @field_validator("oidc_issuer")
    @classmethod
    def _check_issuer(cls, value: str | None) -> str | None:
        # Whoever can change what this address answers can sign in as anybody.
        if value is not None and _ISSUER.fullmatch(value) is None:
            raise ValueError(
                "要用 https://（本机可以 http://），不带参数。"
                " It must be https:// (http:// on this machine only), without a query"
            )
        return value

    @model_validator(mode="after")
    def _check_oidc(self) -> Self:
        given = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)
        if any(given) and not all(given):
            raise ValueError(
                "STATION_MAP_OIDC_ISSUER、_CLIENT_ID、_CLIENT_SECRET 要么都设，要么都不设。"
                " Set all three of them or none"
            )
        return self

    @model_validator(mode="after")
    def _check_mail(self) -> Self:
        if self.smtp_host is None:
            return self
        if self.mail_from is None or self.public_url is None:
            raise ValueError(
                "设了 STATION_MAP_SMTP_HOST，也要设 STATION_MAP_MAIL_FROM 和 STATION_MAP_PUBLIC_URL。"
                " With STATION_MAP_SMTP_HOST both of them are needed"
            )
        if self.smtp_security == "none" and self.smtp_host not in _LOCAL_HOSTS:
            raise ValueError(
                "STATION_MAP_SMTP_SECURITY=none 只能用在本机的邮件服务器。"
                " It may be none for a mail server on this machine only"
            )
        return self

    @field_validator("data_dir")
    @classmethod
    def _expand_home(cls, value: Path) -> Path:
        return value.expanduser()


def read_settings() -> Settings:
    """Settings from the environment. Raises InputError that names the wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        several = ("smtp_host",) if "SMTP_HOST" in first["msg"] else ("oidc",)
        name = PREFIX + "_".join(str(part) for part in first["loc"] or several).upper()
        raise InputError(
            f"设置 {name} 不对：{first['msg']}。 The setting {name} cannot be used: {first['msg']}.",
            parameter=name,
        ) from None
