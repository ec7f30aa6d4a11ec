"""Tasks of visits; surveys, their questions and answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_local", sa.Text()),
        sa.Column("survey_kind", sa.Text(), nullable=False, server_default=sa.text("'store'")),
        sa.Column("valid_from", types.DAY),
        sa.Column("valid_to", types.DAY),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "survey_question",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("survey_id", types.ID, nullable=False),
        sa.Column("line_number", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("question_local", sa.Text()),
        sa.Column("answer_kind", sa.Text(), nullable=False, server_default=sa.text("'yes_no'")),
        sa.Column("options", sa.Text()),
        sa.Column("options_local", sa.Text()),
        sa.Column("goal", sa.BigInteger()),
        sa.Column("weight", sa.BigInteger(), nullable=False, server_default=sa.text("1")),
        sa.Column("needed", sa.SmallInteger(), nullable=False, server_default=sa.text("1")),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "task_template",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("task_local", sa.Text()),
        sa.Column("channel_type_id", types.ID),
        sa.Column("valid_from", types.DAY),
        sa.Column("valid_to", types.DAY),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "visit_task",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("plan_id", types.ID, nullable=False),
        sa.Column("line_number", sa.BigInteger(), nullable=False, server_default=sa.text("1")),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False, server_default=sa.text("'own'")),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_visit_task_plan_id", "visit_task", ["plan_id"])
    op.create_table(
        "survey_response",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("survey_id", types.ID, nullable=False),
        sa.Column("plan_id", types.ID),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("answered_on", types.DAY, nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.BigInteger()),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_survey_response_partner_id_answered_at", "survey_response", ["partner_id", "answered_at"]
    )
    op.create_index("ix_survey_response_plan_id", "survey_response", ["plan_id"])
    op.create_table(
        "survey_answer",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("response_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("question_id", types.ID, nullable=False),
        sa.Column("value", sa.BigInteger()),
        sa.Column("answer", sa.Text()),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_survey_answer_question_id", "survey_answer", ["question_id"])
    op.create_index("ix_survey_answer_response_id", "survey_answer", ["response_id"])
