"""routing and clocks"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('segment', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('zone', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('value', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('pooled_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('touched_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('attempts', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('paused_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('paused_until', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('clock_version', sa.Integer(), nullable=True))

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('why', sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table('policy', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recount', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('recounted', sqlmodel.sql.sqltypes.AutoString(), nullable=True))

    op.create_table('absence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('starts_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('ends_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('why', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.CheckConstraint("source IN ('self', 'manager', 'status', 'dnd', 'baton')", name='absence_source'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.create_index('absence_of', ['person', 'ends_at'], unique=False)

    op.create_table('marketing_clock',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('lead_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('handoff_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('sla', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('policy_version', sa.Integer(), nullable=False),
    sa.Column('team', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('started_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('deadline_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('backoff', sa.Integer(), nullable=False),
    sa.Column('asked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('ended', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('ended_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.CheckConstraint("kind IN ('handover', 'returned', 'question')", name='marketing_clock_kind'),
    sa.CheckConstraint('(ended_at IS NULL) = (due_at IS NOT NULL)', name='marketing_clock_runs_until_it_ends'),
    sa.ForeignKeyConstraint(['handoff_id'], ['handoff.id'], ),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], ),
    sa.ForeignKeyConstraint(['policy_version'], ['policy.version'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('marketing_clock', schema=None) as batch_op:
        batch_op.create_index('marketing_clock_due', ['due_at'], unique=False)
        batch_op.create_index('marketing_clock_of_handoff', ['handoff_id'], unique=False)
        batch_op.create_index('marketing_clock_of_lead', ['lead_id'], unique=False)

    op.create_table('raised',
    sa.Column('handoff_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('card_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['handoff_id'], ['handoff.id'], ),
    sa.PrimaryKeyConstraint('handoff_id', 'turn', 'step', 'recipient')
    )
    with op.batch_alter_table('raised', schema=None) as batch_op:
        batch_op.create_index('raised_on', ['card_key'], unique=False)

    op.create_table('webhook',
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('event', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('lead_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('handoff_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('retry_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('done_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('sent', sa.Boolean(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('lease_until', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('error', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['handoff_id'], ['handoff.id'], ),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], ),
    sa.PrimaryKeyConstraint('key')
    )
    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.create_index('webhook_done', ['done_at'], unique=False, sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.create_index('webhook_of_lead', ['lead_id'], unique=False)
        batch_op.create_index('webhook_waiting', ['retry_at'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))


def downgrade() -> None:
    with op.batch_alter_table('policy', schema=None) as batch_op:
        batch_op.drop_column('recounted')
        batch_op.drop_column('recount')

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_column('why')

    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_column('clock_version')
        batch_op.drop_column('paused_until')
        batch_op.drop_column('paused_at')
        batch_op.drop_column('attempts')
        batch_op.drop_column('touched_at')
        batch_op.drop_column('pooled_at')
        batch_op.drop_column('value')
        batch_op.drop_column('zone')
        batch_op.drop_column('segment')

    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.drop_index('webhook_waiting', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
        batch_op.drop_index('webhook_of_lead')
        batch_op.drop_index('webhook_done', sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))

    op.drop_table('webhook')
    with op.batch_alter_table('raised', schema=None) as batch_op:
        batch_op.drop_index('raised_on')

    op.drop_table('raised')
    with op.batch_alter_table('marketing_clock', schema=None) as batch_op:
        batch_op.drop_index('marketing_clock_of_lead')
        batch_op.drop_index('marketing_clock_of_handoff')
        batch_op.drop_index('marketing_clock_due')

    op.drop_table('marketing_clock')
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.drop_index('absence_of')

    op.drop_table('absence')
