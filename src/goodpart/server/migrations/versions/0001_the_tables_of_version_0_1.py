"""The tables of version 0.1."""

import sqlalchemy as sa
from alembic import op

from goodpart.server.kit.database import Json, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:  # noqa: PLR0915 - one statement per table and index
    op.create_table(
        "alarms",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("cleared_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.create_index("ix_alarms_raised_at", "alarms", ["raised_at", "id"], unique=False)
    op.create_index(
        "uq_alarms_open",
        "alarms",
        ["code", "subject"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(32), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at", "id"], unique=False)
    op.create_table(
        "datasets",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("part_number", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datasets")),
    )
    op.create_table(
        "job_executors",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_executors")),
    )
    op.create_index(op.f("ix_job_executors_seen_at"), "job_executors", ["seen_at"], unique=False)
    op.create_table(
        "part_numbers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ideal_cycle_ms", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_numbers")),
        sa.UniqueConstraint("number", name=op.f("uq_part_numbers_number")),
    )
    op.create_table(
        "places",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(length=36), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("shifts", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["places.id"], name=op.f("fk_places_parent_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_index(op.f("ix_places_parent"), "places", ["parent"], unique=False)
    op.create_table(
        "rollouts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollouts")),
    )
    op.create_index(op.f("ix_rollouts_created_at"), "rollouts", ["created_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "dataset_images",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("dataset", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(32), nullable=True),
        sa.Column("defect", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["dataset"], ["datasets.id"], name=op.f("fk_dataset_images_dataset_datasets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_images")),
        sa.UniqueConstraint("dataset", "sha256", name=op.f("uq_dataset_images_dataset_sha256")),
    )
    op.create_index(op.f("ix_dataset_images_sha256"), "dataset_images", ["sha256"], unique=False)
    op.create_table(
        "gateways",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("site", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("enrolled_at", UtcDateTime(), nullable=True),
        sa.Column("last_seen_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("hardware", sa.Text(), nullable=False),
        sa.Column("desired_revision", sa.BigInteger(), nullable=False),
        sa.Column("reported", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["site"], ["places.id"], name=op.f("fk_gateways_site_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateways")),
    )
    op.create_table(
        "machine_state_reports",
        sa.Column("station", sa.String(length=36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("part_number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["station"], ["places.id"], name=op.f("fk_machine_state_reports_station_places")),
        sa.PrimaryKeyConstraint("station", "at", "epoch", "number", name=op.f("pk_machine_state_reports")),
    )
    op.create_table(
        "models",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("part_number", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("candidate_sha256", sa.String(length=64), nullable=False),
        sa.Column("package_sha256", sa.String(length=64), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("training_run", sa.String(length=36), nullable=False),
        sa.Column("dataset", sa.String(length=36), nullable=False),
        sa.Column("proof", Json, nullable=False),
        sa.Column("good_below", sa.Float(), nullable=False),
        sa.Column("bad_above", sa.Float(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dataset"], ["datasets.id"], name=op.f("fk_models_dataset_datasets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
        sa.UniqueConstraint("training_run", name=op.f("uq_models_training_run")),
    )
    op.create_index(op.f("ix_models_package_sha256"), "models", ["package_sha256"], unique=False)
    op.create_table(
        "recipes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station", sa.String(length=36), nullable=False),
        sa.Column("part_number", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["station"], ["places.id"], name=op.f("fk_recipes_station_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipes")),
        sa.UniqueConstraint("station", "part_number", name=op.f("uq_recipes_station_part_number")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_sessions_user_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sessions_user"), "sessions", ["user"], unique=False)
    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("user", sa.String(length=36), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_sign_in_links_user_users")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_links")),
    )
    op.create_table(
        "station_minutes",
        sa.Column("station", sa.String(length=36), nullable=False),
        sa.Column("minute", UtcDateTime(), nullable=False),
        sa.Column("part_number", sa.Text(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("produced", sa.BigInteger(), nullable=False),
        sa.Column("good", sa.BigInteger(), nullable=False),
        sa.Column("bad", sa.BigInteger(), nullable=False),
        sa.Column("unsure", sa.BigInteger(), nullable=False),
        sa.Column("no_read", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("running_ms", sa.BigInteger(), nullable=False),
        sa.Column("blocked_ms", sa.BigInteger(), nullable=False),
        sa.Column("starved_ms", sa.BigInteger(), nullable=False),
        sa.Column("fault_ms", sa.BigInteger(), nullable=False),
        sa.Column("planned_stop_ms", sa.BigInteger(), nullable=False),
        sa.Column("unknown_ms", sa.BigInteger(), nullable=False),
        sa.Column("planned_down_ms", sa.BigInteger(), nullable=False),
        sa.Column("busy_ms", sa.BigInteger(), nullable=False),
        sa.Column("busy_running_ms", sa.BigInteger(), nullable=False),
        sa.Column("busy_unknown_ms", sa.BigInteger(), nullable=False),
        sa.Column("busy_produced", sa.BigInteger(), nullable=False),
        sa.Column("busy_good", sa.BigInteger(), nullable=False),
        sa.Column("busy_ideal_ms", sa.BigInteger(), nullable=False),
        sa.Column("busy_unrated", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["station"], ["places.id"], name=op.f("fk_station_minutes_station_places")),
        sa.PrimaryKeyConstraint("station", "minute", "part_number", name=op.f("pk_station_minutes")),
    )
    op.create_table(
        "arrived_images",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("gateway", sa.String(length=36), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gateway"], ["gateways.id"], name=op.f("fk_arrived_images_gateway_gateways")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_arrived_images")),
    )
    op.create_table(
        "claim_codes",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("gateway", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.Column("used_by_key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["gateway"], ["gateways.id"], name=op.f("fk_claim_codes_gateway_gateways")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_claim_codes")),
    )
    op.create_index(op.f("ix_claim_codes_gateway"), "claim_codes", ["gateway"], unique=False)
    op.create_table(
        "desired_packages",
        sa.Column("gateway", sa.String(length=36), nullable=False),
        sa.Column("package", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["gateway"], ["gateways.id"], name=op.f("fk_desired_packages_gateway_gateways")),
        sa.PrimaryKeyConstraint("gateway", "package", name=op.f("pk_desired_packages")),
    )
    op.create_table(
        "desired_states",
        sa.Column("gateway", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("rolls_back", sa.BigInteger(), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gateway"], ["gateways.id"], name=op.f("fk_desired_states_gateway_gateways")),
        sa.PrimaryKeyConstraint("gateway", "revision", name=op.f("pk_desired_states")),
    )
    op.create_table(
        "gateway_certificates",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("gateway", sa.String(length=36), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("not_after", UtcDateTime(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gateway"], ["gateways.id"], name=op.f("fk_gateway_certificates_gateway_gateways")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_gateway_certificates")),
    )
    op.create_index(op.f("ix_gateway_certificates_gateway"), "gateway_certificates", ["gateway"], unique=False)
    op.create_table(
        "inspections",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("gateway", sa.String(length=36), nullable=False),
        sa.Column("station", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("repeats", sa.Text(), nullable=True),
        sa.Column("part_number", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("reviewed_verdict", sa.String(32), nullable=True),
        sa.Column("cause", sa.String(32), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("triggered_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("good_below", sa.Float(), nullable=True),
        sa.Column("bad_above", sa.Float(), nullable=True),
        sa.Column("latency", Json, nullable=False),
        sa.Column("defects", Json, nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("recipe_revision", sa.BigInteger(), nullable=False),
        sa.Column("package", sa.Text(), nullable=False),
        sa.Column("action", sa.String(32), nullable=True),
        sa.Column("suppressed", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("trigger_to_output_ms", sa.Float(), nullable=True),
        sa.Column("reconciled", sa.Boolean(), nullable=False),
        sa.Column("ejected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["gateway"], ["gateways.id"], name=op.f("fk_inspections_gateway_gateways")),
        sa.ForeignKeyConstraint(["repeats"], ["inspections.id"], name=op.f("fk_inspections_repeats_inspections")),
        sa.ForeignKeyConstraint(["station"], ["places.id"], name=op.f("fk_inspections_station_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
    )
    op.create_index("ix_inspections_recipe", "inspections", ["recipe", "package"], unique=False)
    op.create_index(
        "ix_inspections_station_triggered_at", "inspections", ["station", "triggered_at", "id"], unique=False
    )
    op.create_index("ix_inspections_triggered_at", "inspections", ["triggered_at", "id"], unique=False)
    op.create_index(
        "uq_inspections_station_sequence",
        "inspections",
        ["station", "sequence"],
        unique=True,
        sqlite_where=sa.text("repeats IS NULL"),
        postgresql_where=sa.text("repeats IS NULL"),
    )
    op.create_table(
        "journal_branches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("gateway", sa.String(length=36), nullable=False),
        sa.Column("station", sa.String(length=36), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("branch", sa.Integer(), nullable=False),
        sa.Column("fork_number", sa.BigInteger(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("chain_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_again_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gateway"], ["gateways.id"], name=op.f("fk_journal_branches_gateway_gateways")),
        sa.ForeignKeyConstraint(["station"], ["places.id"], name=op.f("fk_journal_branches_station_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_branches")),
    )
    op.create_index(
        "uq_journal_branches_place", "journal_branches", ["gateway", "station", "epoch", "branch"], unique=True
    )
    op.create_table(
        "recipe_revisions",
        sa.Column("recipe", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=36), nullable=False),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("good_below", sa.Float(), nullable=False),
        sa.Column("bad_above", sa.Float(), nullable=False),
        sa.Column("fail_safe", sa.String(32), nullable=False),
        sa.Column("deadline_ms", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["model"], ["models.id"], name=op.f("fk_recipe_revisions_model_models")),
        sa.ForeignKeyConstraint(["recipe"], ["recipes.id"], name=op.f("fk_recipe_revisions_recipe_recipes")),
        sa.PrimaryKeyConstraint("recipe", "revision", name=op.f("pk_recipe_revisions")),
    )
    op.create_table(
        "rollout_targets",
        sa.Column("rollout", sa.String(length=36), nullable=False),
        sa.Column("gateway", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["gateway"], ["gateways.id"], name=op.f("fk_rollout_targets_gateway_gateways")),
        sa.ForeignKeyConstraint(["rollout"], ["rollouts.id"], name=op.f("fk_rollout_targets_rollout_rollouts")),
        sa.PrimaryKeyConstraint("rollout", "gateway", name=op.f("pk_rollout_targets")),
    )
    op.create_index(op.f("ix_rollout_targets_state"), "rollout_targets", ["state"], unique=False)
    op.create_table(
        "station_wirings",
        sa.Column("gateway", sa.String(length=36), nullable=False),
        sa.Column("station", sa.String(length=36), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("drivers", Json, nullable=False),
        sa.Column("wired_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gateway"], ["gateways.id"], name=op.f("fk_station_wirings_gateway_gateways")),
        sa.ForeignKeyConstraint(["station"], ["places.id"], name=op.f("fk_station_wirings_station_places")),
        sa.PrimaryKeyConstraint("gateway", "station", name=op.f("pk_station_wirings")),
    )
    op.create_index(
        "uq_station_wirings_active",
        "station_wirings",
        ["station"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "training_runs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("dataset", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("remaining_s", sa.Float(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("model", sa.String(length=36), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["dataset"], ["datasets.id"], name=op.f("fk_training_runs_dataset_datasets")),
        sa.ForeignKeyConstraint(["model"], ["models.id"], name=op.f("fk_training_runs_model_models")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_runs")),
    )
    op.create_table(
        "events",
        sa.Column("stream", sa.String(length=36), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("wall", UtcDateTime(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["stream"], ["journal_branches.id"], name=op.f("fk_events_stream_journal_branches")),
        sa.PrimaryKeyConstraint("stream", "number", name=op.f("pk_events")),
    )
    op.create_table(
        "inspection_images",
        sa.Column("inspection", sa.Text(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection"], ["inspections.id"], name=op.f("fk_inspection_images_inspection_inspections")
        ),
        sa.PrimaryKeyConstraint("inspection", "role", name=op.f("pk_inspection_images")),
    )
    op.create_index(op.f("ix_inspection_images_sha256"), "inspection_images", ["sha256"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("inspection", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["inspection"], ["inspections.id"], name=op.f("fk_reviews_inspection_inspections")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_inspection"), "reviews", ["inspection"], unique=False)
