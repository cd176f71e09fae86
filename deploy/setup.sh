#!/usr/bin/env bash
# Installs what is missing, and nothing that is there.
#
#   deploy/setup.sh run    what running needs
#   deploy/setup.sh test   that, and what the tests and checks need
#
# Everything of Python goes into .venv (and uv into .tools) beside this checkout. A stamp
# with the content's hash says what was done, so a second run takes no time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mode="${1:-run}"
uv_version="0.13.9"
browser_packages=(chromium)
font_package="fonts-noto-cjk"
missing=()   # Debian packages to install

say() { printf '%s\n' "$*"; }
tell() { printf '%s\n' "$*" >&2; }
die() { tell "$@"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

case "$mode" in run | test) ;; *) tell "usage: deploy/setup.sh run|test"; exit 2 ;; esac

# ---- the operating system's packages --------------------------------------------------

server_majors() { # the installed servers' major versions, newest first
  local program
  for program in /usr/lib/postgresql/*/bin/postgres; do
    if [ -x "$program" ]; then basename "$(dirname "$(dirname "$program")")"; fi
  done | sort -rn
}

has_postgis() { [ -e "/usr/share/postgresql/$1/extension/postgis.control" ]; }

server_elsewhere() { # a PostgreSQL that is not Debian's, with PostGIS
  local config
  config="$(command -v pg_config)" || return 1
  [ -x "$("$config" --bindir)/postgres" ] &&
    [ -e "$("$config" --sharedir)/extension/postgis.control" ]
}

need_server() {
  local major newest=""
  for major in $(server_majors); do
    if has_postgis "$major"; then return; fi
    newest="${newest:-$major}"
  done
  if server_elsewhere; then return; fi
  if [ -n "$newest" ]; then
    missing+=("postgresql-$newest-postgis-3")
  else
    missing+=(postgresql postgresql-postgis)
  fi
}

need_python_venv() {
  if have uv || [ -x .tools/bin/uv ]; then return; fi
  have python3 || missing+=(python3)
  # Debian keeps the part that puts pip into a new environment in a package of its own.
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
}

has_browser() {
  # Ubuntu's chromium-browser is a stub that installs a snap, which tests cannot drive.
  local program
  for program in chromium google-chrome google-chrome-stable; do
    case "$(readlink -f "$(command -v "$program" || true)")" in
      "" | /usr/bin/snap | /snap/*) ;;
      *) return 0 ;;
    esac
  done
  return 1
}

need_test_packages() {
  if ! has_browser; then
    if grep -qi '^ID=ubuntu' /etc/os-release 2>/dev/null; then
      playwright_browser=yes
    else
      missing+=("${browser_packages[@]}")
    fi
  fi
  if ! fonts_present; then missing+=("$font_package"); fi
}

fonts_present() {
  if have fc-list; then [ -n "$(fc-list :lang=zh-cn file 2>/dev/null | head -n 1)" ]; else
    compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null; fi
}

need_plate_font() { # printing plates needs it, serving does not: no reason to fail or to ask
  if fonts_present || ! have apt-get; then return; fi
  if [ "$(id -u)" -eq 0 ] || [ "${#missing[@]}" -gt 0 ] || sudo -n true 2>/dev/null; then
    missing+=("$font_package")
  else
    tell "没有中文字体，印不了门牌 / no Chinese font, so no plates: sudo apt-get install $font_package"
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; return; fi
  have sudo || die "需要管理员权限，但没有 sudo。请用 root 执行：" \
    "Root is needed and there is no sudo. As root, run:" "  $*"
  sudo "$@"
}

explain_by_hand() {
  tell "这台机器没有 apt-get，请自己装好下面这些，再执行一次："
  tell "There is no apt-get on this machine. Please install these yourself and run this again:"
  tell "  - PostgreSQL 14+ 和 / and PostGIS 3.3+ (programs initdb and postgres on PATH, or pg_config)"
  tell "    或者用已有的服务器 / or use a server that you have:"
  tell "    export STATION_MAP_DATABASE_URL='postgresql://USER:PASSWORD@HOST:5432/DATABASE'"
  tell "    (库里要有 / in the database: CREATE EXTENSION postgis; CREATE EXTENSION intarray; CREATE EXTENSION pg_trgm;)"
  tell "  - Python 3 (venv, pip)"
  if [ "$mode" = test ]; then tell "  - Chromium, Noto Sans CJK"; fi
  tell "缺的 Debian 包 / the Debian packages it would have been: ${missing[*]}"
  exit 1
}

install_packages() {
  if [ "${#missing[@]}" -eq 0 ]; then return; fi
  have apt-get || explain_by_hand
  say "安装 / installing: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" </dev/null
}

playwright_browser=no
if [ "$mode" = test ] || [ -z "${STATION_MAP_DATABASE_URL:-}" ]; then need_server; fi
need_python_venv
if [ "$mode" = test ]; then need_test_packages; else need_plate_font; fi
install_packages

# ---- Python ---------------------------------------------------------------------------

find_uv() {
  if have uv; then
    uv=uv
    return
  fi
  uv=.tools/bin/uv
  if [ -x "$uv" ] && [ "$("$uv" --version | cut -d' ' -f2)" = "$uv_version" ]; then return; fi
  say "安装 / installing: uv $uv_version"
  python3 -m venv .tools
  .tools/bin/python -m pip install --quiet "uv==$uv_version"
}

digest() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

stamped() { [ -x .venv/bin/python ] && [ "$(cat ".venv/.stamp-$1" 2>/dev/null)" = "$2" ]; }

stamp() { printf '%s\n' "$2" >".venv/.stamp-$1"; }

make_environment() {
  # An environment of another Python, or one that was moved here, is of no use.
  local wanted python
  wanted="$(cat .python-version)"
  if [ -x .venv/bin/python ] &&
    .venv/bin/python -c "import sys; sys.exit(not '.'.join(map(str, sys.version_info)).startswith('$wanted.'))" &&
    [ "$(.venv/bin/python -c 'import sys; print(sys.prefix)')" = "$PWD/.venv" ]; then
    return
  fi
  say "建立 / making: .venv (Python $wanted)"
  # The one that python3.12 names here (pyenv's, Debian's), else whatever uv finds or downloads.
  python="$("python$wanted" -c 'import sys; print(sys.executable)' 2>/dev/null || echo "$wanted")"
  "$uv" venv --quiet --clear --python "$python" .venv || die \
    "没有 Python $wanted，也没能下载。请装好它（pyenv install $wanted）再试。" \
    "There is no Python $wanted and it could not be downloaded; install it and try again."
}

sync_packages() { # NAME LOCKFILE
  local hash
  hash="$(digest "$2" .python-version)"
  if stamped "$1" "$hash"; then return; fi
  say "安装 / installing: $2"
  # It removes what the lock does not name: the product itself, and the other set's stamp.
  rm -f .venv/.stamp-*
  # Compiled now, for Python may be told not to write bytecode later (PYTHONDONTWRITEBYTECODE):
  # then every start would compile for seconds.
  "$uv" pip sync --quiet --compile-bytecode --python .venv/bin/python --require-hashes "$2"
  stamp "$1" "$hash"
}

install_product() {
  local hash
  hash="$(find frontend -name node_modules -prune -o -type f -print0 | sort -z |
    xargs -0 sha256sum | cat - pyproject.toml station_map/__init__.py | sha256sum | cut -d' ' -f1)"
  if stamped product "$hash" && [ -e station_map/web/static/manifest.json ]; then return; fi
  say "安装 / installing: station-map (网页资源 / front end)"
  PATH="$PWD/.venv/bin:$PATH" "$uv" pip install --quiet --python .venv/bin/python \
    --no-deps --no-build-isolation --editable .
  stamp product "$hash"
}

find_uv
make_environment
# The tests' set holds all of the other, so it serves for running too.
if [ "$mode" = test ] || ! stamped test "$(digest requirements-dev.lock .python-version)"; then
  if [ "$mode" = test ]; then
    sync_packages test requirements-dev.lock
  else
    sync_packages run requirements.lock
  fi
fi
install_product

if [ "$playwright_browser" = yes ] && ! stamped browser "$(digest requirements-dev.lock)"; then
  say "安装 / installing: Chromium (Playwright)"
  as_root .venv/bin/python -m playwright install-deps chromium
  .venv/bin/python -m playwright install chromium
  stamp browser "$(digest requirements-dev.lock)"
fi
