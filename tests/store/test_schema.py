"""The rules that stand in the schema: each refuses what it must, and the vocabularies agree."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import (
    CheckViolation,
    ForeignKeyViolation,
    IntegrityError,
    NotNullViolation,
    ObjectNotInPrerequisiteState,
    UniqueViolation,
)

from station_map.domain.vocabulary import AMENITIES, Kind, Status
from station_map.store.database import Database, make_engine
from station_map.store.facets import FACET_ID, FACETS, SIGNATURE_BITS
from station_map.store.schema import Base
from station_map.store.vocabulary import sync_vocabulary
from tests.store.merging import rows, value

POINT = "SRID=4326;POINT(116.798 33.956)"
SQUARE = "SRID=4326;MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)))"
BOW_TIE = "SRID=4326;MULTIPOLYGON(((0 0,1 1,1 0,0 1,0 0)))"

HASH = bytes(32)

# A row of each table that is accepted; {station} is the id of a stored station.
GOOD: dict[str, dict[str, Any]] = {
    "station": {"code": "A-2", "name": "驿站", "kind": "union_station", "position": POINT},
    "area": {
        "adcode": "999999",
        "name": "某区",
        "level": "district",
        "geom": SQUARE,
        "source": "x",
    },
    "facet": {"id": 127, "dimension": "x", "code": "y"},
    "import_run": {"actor": "x", "file_name": "f", "sha256": "0" * 64},
    "station_amenity": {"station_id": 1, "amenity_id": 1, "state": "yes"},
    "station_honour": {"station_id": 1, "honour": "model"},
    "station_hours_exception": {
        "station_id": 1,
        "first_day": "2026-10-01",
        "last_day": "2026-10-07",
        "opening_hours": "off",
    },
    "station_photo": {"station_id": 1, "sha256": "a" * 64, "width_px": 1, "height_px": 1},
    "service_day": {"event_id": 1, "day": "2026-11-25"},
    "station_live": {
        "station_id": 1,
        "quantity": "bays_free",
        "value": "12",
        "observed_at": "2026-11-22T08:30:00Z",
    },
    "live_seen": {
        "station_id": 1,
        "quantity": "bays_free",
        "observed_at": "2026-11-22T08:30:00Z",
    },
    "live_hourly": {
        "station_id": 1,
        "quantity": "bays_free",
        "hour": "2026-11-22T08:00:00Z",
        "samples": 2,
        "minimum": 3,
        "maximum": 9,
        "total": 12,
        "last": 9,
        "last_at": "2026-11-22T08:30:00Z",
    },
    "visit_hourly": {"station_id": 1, "hour": "2026-11-22T08:00:00Z", "visits": 3},
    "visit_tap": {"station_id": 1, "hour": "2026-11-22T08:00:00Z", "person": 7, "network": 9},
    "live_pace": {"token_id": 1, "minute": "2026-11-22T08:30:00Z", "pushes": 1},
    "service_event": {
        "station_id": 1,
        "kind": "night_school",
        "title": "学电工",
        "first_day": "2026-11-20",
        "last_day": "2026-11-22",
        "source": "市总工会",
    },
    "report": {
        "uuid": "00000000-0000-4000-8000-000000000001",
        "station_id": 1,
        "kind": "locked",
        "seen_at": "2026-11-22T09:00:00+08:00",
    },
    "suggestion": {"uuid": "00000000-0000-4000-8000-000000000002", "position": POINT},
    "report_case": {"station_id": 1, "kind": "locked"},
    "duplicate_answer": {
        "actor": "x",
        "answer": "different",
        "first_id": 1,
        "second_id": 2,
        "reason": "两家",
    },
    "station_door": {"station_id": 1, "door_id": 1},
    "case_event": {"case_id": 1, "actor": "x", "step": "answered"},
    "case_rule": {"actor": "x", "locked_reports": 2, "locked_hours": 24, "stale_days": "{}"},
    "round_answer": {
        "uuid": "00000000-0000-4000-8000-000000000003",
        "account_id": 1,
        "station_id": 1,
        "answer": "right",
        "seen_at": "2026-11-22T04:00:00Z",
    },
    "wish_decision": {"suggestion_id": 1, "actor": "x", "status": "new"},
    "account": {"name": "zhang", "name_key": "zhang", "role": "admin", "created_by": "x"},
    "account_station": {"account_id": 1, "station_id": 1},
    "account_area": {"account_id": 1, "adcode": "340602"},
    "account_session": {
        "account_id": 1,
        "token_hash": HASH,
        "signed_in_by": "password",
        "device": "Chrome",
        "expires_at": "2026-11-22T21:00:00+08:00",
    },
    "account_link": {
        "account_id": 1,
        "token_hash": HASH,
        "created_by": "x",
        "expires_at": "2026-11-25T09:00:00+08:00",
    },
    "api_token": {
        "account_id": 1,
        "label": "屏",
        "prefix": "sm_12345678",
        "token_hash": HASH,
        "scopes": "{live:write}",
        "expires_at": "2026-12-22T09:00:00+08:00",
    },
    "sign_in_attempt": {"account": b"x", "network": b"y"},
    "notice_wish": {
        "account_id": 1,
        "email": "a@b.cn",
        "frequency": "daily",
        "next_at": "2026-07-01T00:00:00Z",
    },
    "webhook": {"url": "https://a.cn/b", "secret": "x", "created_by": "y"},
    "notice": {"account_id": 1, "news": "{}"},
    "account_event": {"actor": "x", "account_id": 1, "account_name": "y", "kind": "created"},
    "timetable": {"opening_hours": "24/7", "exceptions": "", "back_on": "-infinity"},
    "hours_override": {
        "adcode": "340600",
        "selection": "{}",
        "first_day": "2026-07-01",
        "last_day": "2026-07-09",
        "opening_hours": "08:00-22:00",
        "reason": "heat",
        "words": "高温",
        "created_by": "cli:x",
    },
    "revision": {
        "station_id": 1,
        "station_code": "A-1",
        "actor": "x",
        "origin": "form",
        "action": "created",
    },
    "change_set": {"actor": "x", "kind": "bulk"},
    "feed_epoch": {"id": 1, "cluster": 1, "database": 1, "settled": 0},
    "import_job": {
        "id": "a" * 22,
        "account_id": 1,
        "file_name": "台账.xlsx",
        "size": 1,
        "step": "look",
        "state": "working",
    },
    "import_mapping": {"signature": "0" * 64, "columns": "{}", "saved_by": "x"},
    "planning_input": {"digest": "a" * 64, "content": b"x", "size": 1},
    "planning_set": {
        "kind": "areas",
        "name": "片区",
        "current": True,
        "digest": "a" * 64,
        "members": 1,
        "content": b"x",
        "file_name": "片区.geojson",
        "by": "wang",
    },
    "planning_run": {
        "kind": "siting",
        "state": "queued",
        "asked": "{}",
        "asked_by": "li",
        "origin": "api",
    },
    "demand_layer": {
        "name": "orders",
        "version": 1,
        "current": True,
        "title": "订单",
        "unit": "单/日",
        "datum": "wgs84",
        "kind": "points",
        "synthetic": False,
        "cells": 1,
        "unknown": 0,
        "total": 1.0,
        "adcodes": "{}",
        "outlines": "",
        "digest": "",
        "actor": "x",
    },
    "demand_block": {
        "layer_id": 1,
        "number": 1,
        "cells": 1,
        "west": 116.0,
        "south": 33.0,
        "east": 117.0,
        "north": 34.0,
        "packed": bytes(18),
    },
    "station_draft": {
        "account_id": 1,
        "station_id": 1,
        "subject": "door",
        "version": 1,
        "base": "{}",
        "given": "{}",
    },
    "planning_scenario": {"name": "西区", "asked": "{}", "by": "x"},
}

# Table, column, bad value, the constraint that refuses it; other columns beside it.
BAD: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("account", {"role": "root"}, "ck_account_role"),
    ("account", {"name": "x"}, "ck_account_name_length"),
    ("account", {"name": "x" * 41}, "ck_account_name_length"),
    ("account", {"title": "x" * 101}, "ck_account_title_length"),
    ("account", {"email": "A@b.cn"}, "ck_account_email"),
    ("account", {"email": "x" * 255}, "ck_account_email"),
    ("account", {"oidc_subject": "x"}, "ck_account_oidc_pair"),
    ("account", {"password_hash": "plain"}, "ck_account_password_hashed"),
    ("account", {"name_key": "boss"}, "uq_account_name_key"),
    ("account_session", {"token_hash": b"x"}, "ck_account_session_token_hashed"),
    ("account_session", {"signed_in_by": "magic"}, "ck_account_session_signed_in_by"),
    ("account_session", {"device": "x" * 61}, "ck_account_session_device_length"),
    ("account_session", {"account_id": 99}, "fk_account_session_account_id_account"),
    ("account_link", {"token_hash": b"x"}, "ck_account_link_token_hashed"),
    ("api_token", {"token_hash": b"x"}, "ck_api_token_token_hashed"),
    ("api_token", {"scopes": "{everything}"}, "ck_api_token_scopes"),
    ("api_token", {"label": ""}, "ck_api_token_label_length"),
    ("account_station", {"station_id": 99}, "fk_account_station_station_id_station"),
    ("account_area", {"adcode": "999999"}, "fk_account_area_adcode_area"),
    ("account_event", {"kind": "forgotten"}, "ck_account_event_kind"),
    ("notice_wish", {"frequency": "hourly"}, "ck_notice_wish_frequency"),
    ("notice_wish", {"email": "A@b.cn"}, "ck_notice_wish_email"),
    ("notice_wish", {"email": "a@b.cn\nBcc: c@d.cn"}, "ck_notice_wish_email"),
    ("webhook", {"url": "ftp://a.cn"}, "ck_webhook_url"),
    ("webhook", {"url": "https://a.cn/ b"}, "ck_webhook_url"),
    ("webhook", {"url": "https://a.cn/" + "x" * 500}, "ck_webhook_url"),
    ("notice", {"webhook_id": 1}, "ck_notice_one_receiver"),
    ("notice", {"account_id": None}, "ck_notice_one_receiver"),
    ("notice", {"outcome": "lost", "settled_at": "2026-07-01"}, "ck_notice_outcome"),
    ("notice", {"outcome": "sent"}, "ck_notice_settled"),
    ("station", {"code": ""}, "ck_station_code_form"),
    ("station", {"code": "-1"}, "ck_station_code_form"),
    ("station", {"code": "a/b"}, "ck_station_code_form"),
    ("station", {"code": "站"}, "ck_station_code_form"),
    ("station", {"code": "a\n"}, "ck_station_code_form"),
    ("station", {"code": "a" * 65}, "ck_station_code_form"),
    ("station", {"name": "  "}, "ck_station_name_length"),
    ("station", {"name": "长" * 4097}, "ck_station_name_length"),
    ("station", {"kind": "hotel"}, "ck_station_kind"),
    ("station", {"host_type": "moon"}, "ck_station_host_type"),
    ("station", {"builder_type": "x"}, "ck_station_builder_type"),
    ("station", {"audience": "x"}, "ck_station_audience"),
    ("station", {"access_method": "x"}, "ck_station_access_method"),
    ("station", {"status": "OPEN"}, "ck_station_status"),
    ("station", {"service_level": "x"}, "ck_station_service_level"),
    ("station", {"source_datum": "WGS84"}, "ck_station_source_datum"),
    ("station", {"position": "SRID=4326;POINT(116 86)"}, "ck_station_position_range"),
    ("station", {"position": "SRID=4326;POINT(116 -85.5)"}, "ck_station_position_range"),
    ("station", {"seats": -1}, "ck_station_seats_range"),
    ("station", {"area_m2": -0.5}, "ck_station_area_m2_range"),
    ("station", {"bays_total": -1}, "ck_station_bays_total_range"),
    ("station", {"bays_free": -1}, "ck_station_bays_free_range"),
    ("station", {"max_height_m": 0}, "ck_station_max_height_m_range"),
    ("station", {"max_length_m": 0}, "ck_station_max_length_m_range"),
    ("station", {"position_precision_m": -1}, "ck_station_position_precision_m_range"),
    ("station", {"suspended_until": "2026-01-01"}, "ck_station_suspended_until_status"),
    ("area", {"adcode": "3406"}, "ck_area_adcode_digits"),
    ("area", {"level": "town"}, "ck_area_level"),
    ("area", {"geom": BOW_TIE}, "ck_area_geom_valid"),
    ("facet", {"id": 0}, "ck_facet_id_fits_signature"),
    ("facet", {"id": 128}, "ck_facet_id_fits_signature"),
    ("import_run", {"sha256": "A" * 64}, "ck_import_run_sha256_hex"),
    ("import_run", {"datum": "cgcs2000"}, "ck_import_run_datum"),
    ("station_amenity", {"state": "unknown"}, "ck_station_amenity_state"),
    ("station_amenity", {"amenity_id": 0}, "ck_station_amenity_amenity_id_range"),
    ("station_amenity", {"amenity_id": 64}, "ck_station_amenity_amenity_id_range"),
    ("station_amenity", {"quantity": -1}, "ck_station_amenity_quantity_range"),
    ("station_honour", {"honour": "AAAAAA"}, "ck_station_honour_honour"),
    (
        "station_hours_exception",
        {"last_day": "2026-09-30"},
        "ck_station_hours_exception_days_in_order",
    ),
    ("station_photo", {"sha256": "a" * 63}, "ck_station_photo_sha256_hex"),
    ("station_photo", {"width_px": 0}, "ck_station_photo_size"),
    ("station_photo", {"height_px": 0}, "ck_station_photo_size"),
    (
        "timetable",
        {"computed_from": "2026-07-02", "computed_until": "2026-07-02"},
        "ck_timetable_computed_in_order",
    ),
    ("hours_override", {"last_day": "2026-06-30"}, "ck_hours_override_days_in_order"),
    ("hours_override", {"last_day": "2027-07-02"}, "ck_hours_override_days_in_order"),
    ("hours_override", {"reason": "party"}, "ck_hours_override_reason"),
    ("hours_override", {"note": ""}, "ck_hours_override_note_length"),
    ("hours_override", {"note": "长" * 201}, "ck_hours_override_note_length"),
    ("hours_override", {"withdrawn_by": "x"}, "ck_hours_override_withdrawn"),
    ("service_event", {"kind": "party"}, "ck_service_event_kind"),
    ("service_event", {"station_id": None}, "ck_service_event_one_place"),
    ("service_event", {"adcode": "340603"}, "ck_service_event_one_place"),
    ("service_event", {"title": " "}, "ck_service_event_title_length"),
    ("service_event", {"title": "长" * 201}, "ck_service_event_title_length"),
    ("service_event", {"rule": "weekly"}, "ck_service_event_rule_form"),
    ("service_event", {"note": " "}, "ck_service_event_note_length"),
    ("service_event", {"note": "长" * 201}, "ck_service_event_note_length"),
    ("service_event", {"last_day": "2026-11-19"}, "ck_service_event_days_in_order"),
    (
        "service_event",
        {"starts_at": "19:00", "ends_at": "19:00"},
        "ck_service_event_times_in_order",
    ),
    ("service_event", {"ends_at": "21:00"}, "ck_service_event_end_has_start"),
    ("station_live", {"quantity": "noise"}, "ck_station_live_quantity"),
    ("station_live", {"value": "1.5"}, "ck_station_live_value_form"),
    ("station_live", {"value": '1"'}, "ck_station_live_value_form"),
    ("live_seen", {"quantity": "noise"}, "ck_live_seen_quantity"),
    ("live_hourly", {"quantity": "noise"}, "ck_live_hourly_quantity"),
    ("visit_hourly", {"visits": 0}, "ck_visit_hourly_visits_range"),
    ("visit_tap", {"person": 65536}, "ck_visit_tap_person_range"),
    ("visit_tap", {"network": -1}, "ck_visit_tap_network_range"),
    ("live_hourly", {"samples": 0}, "ck_live_hourly_samples_range"),
    ("live_hourly", {"minimum": 12}, "ck_live_hourly_range"),
    ("report", {"kind": "unknown"}, "ck_report_kind"),
    ("report", {"kind": "broken"}, "ck_report_amenity_of_broken"),
    ("report", {"amenity_id": 1}, "ck_report_amenity_of_broken"),
    ("report", {"kind": "wrong"}, "ck_report_field_of_wrong"),
    ("report", {"field": "name"}, "ck_report_field_of_wrong"),
    ("report", {"kind": "wrong", "field": "x"}, "ck_report_field"),
    ("report", {"note": ""}, "ck_report_note_length"),
    ("report", {"note": "长" * 501}, "ck_report_note_length"),
    ("report", {"photo": "../../etc/passwd"}, "ck_report_photo_name"),
    ("report", {"lon": 116.7981, "lat": 33.956}, "ck_report_position_blurred"),
    ("report", {"lon": 116.798, "lat": 33.9561}, "ck_report_position_blurred"),
    ("report", {"lon": 116.798}, "ck_report_position_blurred"),
    ("suggestion", {"note": "长" * 501}, "ck_suggestion_note_length"),
    ("suggestion", {"amenity_ids": [0]}, "ck_suggestion_amenity_ids"),
    ("suggestion", {"amenity_ids": [1, 64]}, "ck_suggestion_amenity_ids"),
    ("report", {"station_id": 9}, "fk_report_station_id_station"),
    ("suggestion", {"adcode": "000001"}, "fk_suggestion_adcode_area"),
    ("report", {"kind": "open", "case_id": 1}, "ck_report_case_of_kind"),
    ("report", {"case_id": 99}, "fk_report_case_id_report_case"),
    ("report_case", {"kind": "open"}, "ck_report_case_kind"),
    ("duplicate_answer", {"answer": "same"}, "ck_duplicate_answer_answer"),
    ("duplicate_answer", {"second_id": 1}, "ck_duplicate_answer_two_in_order"),
    ("duplicate_answer", {"reason": " "}, "ck_duplicate_answer_reason_length"),
    (
        "duplicate_answer",
        {"undone_at": "2026-11-22T08:30:00Z", "undone_by": "x", "undone_reason": " "},
        "ck_duplicate_answer_undone_reason_length",
    ),
    ("duplicate_answer", {"undone_by": "x"}, "ck_duplicate_answer_undone"),
    ("duplicate_answer", {"answer": "merge"}, "ck_duplicate_answer_set_of_merge"),
    ("station_door", {"station_id": 99}, "fk_station_door_station_id_station"),
    (
        "report_case",
        {"answer": "maybe", "answered_at": "2026-11-22T04:00:00Z"},
        "ck_report_case_answer",
    ),
    ("report_case", {"answer": "fixed"}, "ck_report_case_answered"),
    ("report_case", {"revision_id": 1}, "ck_report_case_revision_of_answer"),
    ("report_case", {"kind": "gone"}, "uq_report_case_open"),
    ("case_event", {"step": "dreamt"}, "ck_case_event_step"),
    ("case_event", {"note": "长" * 501}, "ck_case_event_note_length"),
    ("case_rule", {"locked_reports": 0}, "ck_case_rule_locked_reports"),
    ("case_rule", {"locked_hours": 169}, "ck_case_rule_locked_hours"),
    ("round_answer", {"answer": "maybe"}, "ck_round_answer_answer"),
    ("round_answer", {"note": ""}, "ck_round_answer_note_length"),
    ("wish_decision", {"status": "maybe"}, "ck_wish_decision_status"),
    ("wish_decision", {"reason": ""}, "ck_wish_decision_reason_length"),
    ("wish_decision", {"status": "declined"}, "ck_wish_decision_declined_with_reason"),
    ("revision", {"origin": "magic"}, "ck_revision_origin"),
    ("revision", {"action": "looked at"}, "ck_revision_action"),
    ("revision", {"reason": " "}, "ck_revision_reason_length"),
    ("revision", {"reason": "长" * 501}, "ck_revision_reason_length"),
    ("change_set", {"kind": "guess"}, "ck_change_set_kind"),
    ("feed_epoch", {"settled": -1}, "ck_feed_epoch_settled_range"),
    ("import_job", {"id": "../../etc/passwd"}, "ck_import_job_id_form"),
    ("import_job", {"state": "asleep"}, "ck_import_job_state"),
    ("import_job", {"step": "jump"}, "ck_import_job_step"),
    ("import_job", {"file_name": ""}, "ck_import_job_file_name_length"),
    ("import_job", {"account_id": 99}, "fk_import_job_account_id_account"),
    ("import_job", {"kind": "weather"}, "ck_import_job_kind"),
    ("import_mapping", {"signature": "x"}, "ck_import_mapping_signature_hex"),
    ("planning_set", {"kind": "lines"}, "ck_planning_set_kind"),
    ("planning_set", {"name": " "}, "ck_planning_set_name_length"),
    ("planning_set", {"file_name": ""}, "ck_planning_set_file_name_length"),
    ("planning_set", {"digest": "A" * 64}, "ck_planning_set_digest_hex"),
    ("planning_set", {"members": 0}, "ck_planning_set_members_range"),
    ("planning_set", {"content": bytes(33_554_433)}, "ck_planning_set_content_size"),
    ("planning_input", {"digest": "A" * 64}, "ck_planning_input_digest_hex"),
    ("planning_input", {"size": 2}, "ck_planning_input_content_size"),
    ("planning_input", {"content": b"", "size": 0}, "ck_planning_input_content_size"),
    ("planning_run", {"kind": "weather"}, "ck_planning_run_kind"),
    ("planning_run", {"state": "asleep"}, "ck_planning_run_state"),
    ("planning_run", {"origin": "mail"}, "ck_planning_run_origin"),
    ("planning_run", {"inputs": "lost"}, "ck_planning_run_inputs"),
    ("planning_run", {"inputs": "kept"}, "ck_planning_run_inputs_kept"),
    ("planning_run", {"title": "x" * 201}, "ck_planning_run_text_length"),
    ("planning_run", {"asked_by": ""}, "ck_planning_run_text_length"),
    ("planning_run", {"state": "running"}, "ck_planning_run_state_times"),
    ("planning_run", {"state": "cancelled"}, "ck_planning_run_state_times"),
    ("planning_run", {"progress": "{}"}, "ck_planning_run_state_times"),
    ("planning_run", {"answer": "{}"}, "ck_planning_run_state_answer"),
    ("planning_run", {"error": "x"}, "ck_planning_run_state_error"),
    ("planning_run", {"same": True}, "ck_planning_run_same_ended"),
    ("planning_run", {"turn": -1}, "ck_planning_run_turn_range"),
    ("planning_run", {"repeats": 99}, "fk_planning_run_repeats_planning_run"),
    ("demand_layer", {"kind": "live"}, "ck_demand_layer_kind"),
    ("demand_layer", {"name": "a b"}, "ck_demand_layer_name_form"),
    ("demand_layer", {"name": "a@2"}, "ck_demand_layer_name_form"),
    ("demand_layer", {"name": "x" * 41}, "ck_demand_layer_name_form"),
    ("demand_layer", {"as_of": "20-11"}, "ck_demand_layer_as_of_form"),
    ("demand_layer", {"unit": "x" * 201}, "ck_demand_layer_text_length"),
    ("demand_layer", {"version": 0}, "ck_demand_layer_version_range"),
    ("demand_layer", {"total": -1.0}, "ck_demand_layer_figures_range"),
    ("demand_layer", {"total": "NaN"}, "ck_demand_layer_figures_range"),
    ("demand_layer", {"total": "Infinity"}, "ck_demand_layer_figures_range"),
    ("demand_layer", {"name": "old", "version": 2}, "uq_demand_layer_name_current"),
    ("demand_layer", {"name": "old", "current": False}, "uq_demand_layer_name_version"),
    ("demand_block", {"packed": bytes(17)}, "ck_demand_block_packed_size"),
    ("demand_block", {"cells": 0, "packed": b""}, "ck_demand_block_packed_size"),
    ("demand_block", {"west": 118.0}, "ck_demand_block_box_range"),
    ("demand_block", {"north": 91.0}, "ck_demand_block_box_range"),
    ("demand_block", {"layer_id": 9}, "fk_demand_block_layer_id_demand_layer"),
    ("station_draft", {"subject": "weather"}, "ck_station_draft_subject"),
    ("planning_scenario", {"name": " "}, "ck_planning_scenario_name_length"),
    ("planning_scenario", {"name": "名" * 81}, "ck_planning_scenario_name_length"),
    ("planning_scenario", {"asked": json.dumps("x" * 40_000)}, "ck_planning_scenario_asked_size"),
    ("planning_scenario", {"version": 0}, "ck_planning_scenario_version_range"),
    ("station_draft", {"given": json.dumps("x" * 200_000)}, "ck_station_draft_size"),
    ("station_draft", {"base": json.dumps("x" * 200_000)}, "ck_station_draft_size"),
    ("station_draft", {"station_id": 99}, "fk_station_draft_station_id_station"),
    ("station_draft", {"account_id": 99}, "fk_station_draft_account_id_account"),
    ("station", {"adcode": "000001"}, "fk_station_adcode_area"),
    ("station", {"import_run_id": 99}, "fk_station_import_run_id_import_run"),
    ("station", {"code": "A-1"}, "uq_station_code"),
    ("station", {"source": "s", "source_id": "1"}, "uq_station_source_source_id"),
    ("area", {"parent_adcode": "000001"}, "fk_area_parent_adcode_area"),
    ("facet", {"dimension": "amenity", "code": "wifi"}, "uq_facet_dimension_code"),
    ("station_amenity", {"station_id": 9}, "station_amenity_check_station"),
    ("station_honour", {"station_id": 9}, "fk_station_honour_station_id_station"),
    (
        "station_hours_exception",
        {"station_id": 9},
        "fk_station_hours_exception_station_id_station",
    ),
    ("station_photo", {"station_id": 9}, "fk_station_photo_station_id_station"),
    ("service_event", {"station_id": 9}, "fk_service_event_station_id_station"),
    (
        "service_event",
        {"station_id": None, "adcode": "000001"},
        "fk_service_event_adcode_area",
    ),
    ("service_day", {"event_id": 9}, "fk_service_day_event_id_service_event"),
    ("station_live", {"station_id": 9}, "fk_station_live_station_id_station"),
    ("live_seen", {"station_id": 9}, "fk_live_seen_station_id_station"),
    ("live_hourly", {"station_id": 9}, "fk_live_hourly_station_id_station"),
    ("visit_hourly", {"station_id": 9}, "fk_visit_hourly_station_id_station"),
    ("visit_tap", {"station_id": 9}, "fk_visit_tap_station_id_station"),
    ("live_pace", {"token_id": 9}, "fk_live_pace_token_id_api_token"),
    ("revision", {"import_run_id": 9}, "fk_revision_import_run_id_import_run"),
)


def insert(connection: psycopg.Connection, table: str, columns: dict[str, Any]) -> None:
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(map(sql.Literal, columns.values())),
        )
    )


@pytest.fixture
def writing(database: Database):
    """A connection in a transaction that is rolled back; station 1 is stored."""
    with psycopg.connect(database.url) as connection:
        # Ids are the database's to give; here the one that GOOD names.
        connection.execute(
            "INSERT INTO station (id, code, name, kind, position, source, source_id)"
            " OVERRIDING SYSTEM VALUE"
            f" VALUES (1, 'A-1', '驿站', 'union_station', '{POINT}', 's', '1')"
        )
        connection.execute("SELECT setval(pg_get_serial_sequence('station', 'id'), 1)")
        connection.execute(
            "INSERT INTO account (id, name, name_key, role, created_by)"
            " OVERRIDING SYSTEM VALUE VALUES (1, 'boss', 'boss', 'admin', 'x')"
        )
        connection.execute("SELECT setval(pg_get_serial_sequence('account', 'id'), 1)")
        connection.execute(
            "INSERT INTO report_case (id, station_id, kind)"
            " OVERRIDING SYSTEM VALUE VALUES (1, 1, 'gone')"
        )
        connection.execute("SELECT setval(pg_get_serial_sequence('report_case', 'id'), 1)")
        connection.execute(
            "INSERT INTO suggestion (id, uuid, position) OVERRIDING SYSTEM VALUE"
            f" VALUES (1, '00000000-0000-4000-8000-000000000009', '{POINT}')"
        )
        connection.execute("SELECT setval(pg_get_serial_sequence('suggestion', 'id'), 1)")
        connection.execute(
            "INSERT INTO service_event (id, station_id, kind, title, first_day, last_day, source)"
            " OVERRIDING SYSTEM VALUE"
            " VALUES (1, 1, 'job_fair', '招聘', '2026-11-25', '2026-11-25', '总工会')"
        )
        connection.execute("SELECT setval(pg_get_serial_sequence('service_event', 'id'), 1)")
        connection.execute(
            "INSERT INTO api_token (id, account_id, label, prefix, token_hash, scopes, expires_at)"
            " OVERRIDING SYSTEM VALUE VALUES (1, 1, '屏', 'sm_87654321',"
            " decode(repeat('01', 32), 'hex'), '{live:write}', now())"
        )
        connection.execute("SELECT setval(pg_get_serial_sequence('api_token', 'id'), 1)")
        connection.execute(
            "INSERT INTO demand_layer (id, name, version, current, title, unit, datum, kind,"
            " synthetic, cells, unknown, total, adcodes, outlines, digest, actor)"
            " OVERRIDING SYSTEM VALUE VALUES (1, 'old', 1, true, 'x', 'x', 'wgs84', 'points',"
            " false, 0, 0, 0, '{}', '', '', 'x')"
        )
        connection.execute("SELECT setval(pg_get_serial_sequence('demand_layer', 'id'), 1)")
        yield connection
        connection.rollback()


@pytest.mark.parametrize("table", GOOD)
def test_a_good_row_is_accepted(writing: psycopg.Connection, table: str) -> None:
    insert(writing, table, GOOD[table])


@pytest.mark.parametrize(
    ("table", "columns", "constraint"),
    BAD,
    ids=[f"{constraint}-{n}" for n, (_, _, constraint) in enumerate(BAD)],
)
def test_a_bad_value_is_refused(
    writing: psycopg.Connection, table: str, columns: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError) as refused:
        insert(writing, table, GOOD[table] | columns)
    assert refused.value.diag.constraint_name == constraint


def test_every_check_of_the_models_has_a_bad_value() -> None:
    checks = {
        constraint.name
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if type(constraint).__name__ == "CheckConstraint"
    }
    assert len(checks) > 30
    assert checks - {constraint for _, _, constraint in BAD} == set()


@pytest.mark.parametrize("table", GOOD)
def test_what_must_be_known_may_not_be_null(writing: psycopg.Connection, table: str) -> None:
    # One place of a service, one receiver of a notice: the other is null, and a check says so.
    one_of_two = {"service_event": {"station_id"}, "notice": {"account_id"}}.get(table, set())
    for column in GOOD[table].keys() - one_of_two:
        with pytest.raises(NotNullViolation), writing.transaction():
            insert(writing, table, GOOD[table] | {column: None})


# --- what triggers hold ---------------------------------------------------------------------


def test_amenities_go_with_their_station(writing: psycopg.Connection) -> None:
    insert(writing, "station_amenity", GOOD["station_amenity"])
    insert(writing, "station", GOOD["station"])
    writing.execute(
        "INSERT INTO station_amenity SELECT id, 2, 'no' FROM station WHERE code = 'A-2'"
    )
    writing.execute("DELETE FROM station WHERE code = 'A-1'")
    left = writing.execute("SELECT amenity_id FROM station_amenity").fetchall()
    assert left == [(2,)]


def test_an_amenity_cannot_move_to_a_station_that_is_not_there(
    writing: psycopg.Connection,
) -> None:
    insert(writing, "station_amenity", GOOD["station_amenity"])
    with pytest.raises(ForeignKeyViolation, match="no station with id 9"):
        writing.execute("UPDATE station_amenity SET station_id = 9")


def test_emptying_the_stations_empties_the_amenities(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.url) as connection:
        insert(connection, "station", GOOD["station"])
        connection.execute("INSERT INTO station_amenity SELECT id, 2, 'no' FROM station")
        connection.execute("TRUNCATE station CASCADE")
    assert value(fresh_database, "SELECT count(*) FROM station_amenity") == 0


def test_a_station_that_gets_amenities_cannot_be_deleted_meanwhile(database: Database) -> None:
    with psycopg.connect(database.url) as first, psycopg.connect(database.url) as second:
        insert(first, "station", GOOD["station"])
        first.commit()
        first.execute("INSERT INTO station_amenity SELECT id, 2, 'no' FROM station")
        second.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            second.execute("DELETE FROM station")


def test_stations_are_not_deleted_on_an_old_view_of_the_amenities(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        insert(connection, "station", GOOD["station"])
        with pytest.raises(ObjectNotInPrerequisiteState, match="READ COMMITTED"):
            connection.execute("DELETE FROM station")


def test_the_same_amenity_stands_once_at_a_station(writing: psycopg.Connection) -> None:
    insert(writing, "station_amenity", GOOD["station_amenity"])
    with pytest.raises(UniqueViolation):
        insert(writing, "station_amenity", GOOD["station_amenity"])


def test_a_station_that_is_suspended_may_have_a_date(writing: psycopg.Connection) -> None:
    until = {"status": "suspended", "suspended_until": "2026-01-01"}
    insert(writing, "station", GOOD["station"] | until)
    with pytest.raises(CheckViolation):
        writing.execute("UPDATE station SET status = 'open' WHERE code = 'A-2'")


# --- vocabularies ---------------------------------------------------------------------------


def test_the_tables_hold_the_domains_vocabularies(database: Database) -> None:
    assert rows(database, "SELECT id, code FROM amenity ORDER BY id") == [
        (amenity.id, amenity.code) for amenity in AMENITIES
    ]
    assert rows(database, "SELECT id, dimension, code FROM facet ORDER BY id") == sorted(
        (facet.id, facet.dimension, facet.code) for facet in FACETS
    )


def test_facets_have_a_bit_each() -> None:
    ids = [facet.id for facet in FACETS]
    assert len(set(ids)) == len(ids) == len(FACET_ID)
    assert all(0 < number < SIGNATURE_BITS for number in ids)
    for facet in FACETS:
        assert FACET_ID[facet.dimension, facet.code] == facet.id


def test_amenities_have_the_number_of_their_facet() -> None:
    assert [FACET_ID["amenity", amenity.code] for amenity in AMENITIES] == [
        amenity.id for amenity in AMENITIES
    ]


def test_numbers_that_are_stored_stay_as_they_are() -> None:
    """Databases hold these: a change here would give stored stations another meaning."""
    assert FACET_ID["amenity", "drinking_water"] == 1
    assert FACET_ID["amenity", "fire_extinguisher"] == 56
    assert FACET_ID["kind", Kind.UNION_STATION] == 64
    assert FACET_ID["status", Status.DELISTED] == 84
    assert FACET_ID["honour", "AAAAA"] == 96


def test_a_number_that_means_something_else_is_refused(fresh_database: Database) -> None:
    with fresh_database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE amenity SET id = 63 WHERE code = 'wifi'")
    engine = make_engine(fresh_database.url)
    try:
        with pytest.raises(Exception, match="uq_amenity_code"), engine.begin() as connection:
            sync_vocabulary(connection)
    finally:
        engine.dispose()
