"""who was told, and a chain through history"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alarm',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('alarm', schema=None) as batch_op:
        batch_op.create_index('alarm_one_open', ['name'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('history_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('link', sa.Integer(), nullable=False),
    sa.Column('hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint('id = 1', name='history_has_one_head'),
    sa.PrimaryKeyConstraint('id')
    )
    op.execute("INSERT INTO history_head (id, link, hash) VALUES (1, 0, '')")
    op.create_table('email',
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
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
    sa.PrimaryKeyConstraint('key')
    )
    with op.batch_alter_table('email', schema=None) as batch_op:
        batch_op.create_index('email_of_handoff', ['handoff_id'], unique=False)
        batch_op.create_index('email_done', ['done_at'], unique=False, sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.create_index('email_waiting', ['retry_at'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    with op.batch_alter_table('lead', schema=None) as batch_op:
        batch_op.add_column(sa.Column('erased_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_index('lead_last_heard_of', ['evidence_at'], unique=False, sqlite_where=sa.text('erased_at IS NULL'), postgresql_where=sa.text('erased_at IS NULL'))

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opened_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('guest', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('email_choice', sqlmodel.sql.sqltypes.AutoString(), server_default='unopened', nullable=False))

    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.add_column(sa.Column('link', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('salt', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('hash', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.create_index('history_link', ['link'], unique=True)
        batch_op.create_index('history_unchained', ['id'], unique=False, sqlite_where=sa.text('link IS NULL'), postgresql_where=sa.text('link IS NULL'))

    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.create_index('receipt_at', ['at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.drop_index('receipt_at')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('email_choice')
        batch_op.drop_column('guest')

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_column('opened_at')

    with op.batch_alter_table('lead', schema=None) as batch_op:
        batch_op.drop_index('lead_last_heard_of')
        batch_op.drop_column('erased_at')

    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.drop_index('history_unchained', sqlite_where=sa.text('link IS NULL'), postgresql_where=sa.text('link IS NULL'))
        batch_op.drop_index('history_link')
        batch_op.drop_column('hash')
        batch_op.drop_column('salt')
        batch_op.drop_column('link')

    with op.batch_alter_table('email', schema=None) as batch_op:
        batch_op.drop_index('email_waiting', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
        batch_op.drop_index('email_of_handoff')
        batch_op.drop_index('email_done', sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))

    op.drop_table('email')
    op.drop_table('history_head')
    with op.batch_alter_table('alarm', schema=None) as batch_op:
        batch_op.drop_index('alarm_one_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('alarm')
