"""definitions, evidence, and who is who"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('lead', schema=None) as batch_op:
        batch_op.add_column(sa.Column('definition', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('near', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('gated', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('lacking', sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('proofs', sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('merged_into', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('absorbed', sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('account_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('account_why', sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_index('lead_merged_into', ['merged_into'], unique=False, sqlite_where=sa.text('merged_into IS NOT NULL'), postgresql_where=sa.text('merged_into IS NOT NULL'))
        batch_op.create_index('lead_near', ['near'], unique=False, sqlite_where=sa.text('near IS NOT NULL'), postgresql_where=sa.text('near IS NOT NULL'))
        batch_op.create_index('lead_of_account', ['account_id'], unique=False, sqlite_where=sa.text('account_id IS NOT NULL'), postgresql_where=sa.text('account_id IS NOT NULL'))

    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('domain', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('changed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('domain')
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index('account_name_key', ['name_key'], unique=False, postgresql_ops={'name_key': 'varchar_pattern_ops'})

    op.create_table('campaign_brief',
    sa.Column('campaign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('offer', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('campaign')
    )
    op.create_table('lead_merge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survivor', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('absorbed', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('why', sa.JSON(), nullable=False),
    sa.Column('undone_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('undone_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['absorbed'], ['lead.id'], ),
    sa.ForeignKeyConstraint(['survivor'], ['lead.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('lead_merge', schema=None) as batch_op:
        batch_op.create_index('merge_of_absorbed', ['absorbed'], unique=False)
        batch_op.create_index('merge_of_survivor', ['survivor'], unique=False)

    op.create_table('likeness',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('one', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('other', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('why', sa.JSON(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('decided_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('decided_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('same', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['one'], ['lead.id'], ),
    sa.ForeignKeyConstraint(['other'], ['lead.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('one', 'other', name='likeness_once')
    )
    with op.batch_alter_table('likeness', schema=None) as batch_op:
        batch_op.create_index('likeness_of_other', ['other'], unique=False)

    op.create_table('telling',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('past', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('telling', schema=None) as batch_op:
        batch_op.create_index('telling_of_lead', ['lead_id', 'at'], unique=False)

    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lead_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.create_index('card_of_lead', ['lead_id'], unique=False, sqlite_where=sa.text('lead_id IS NOT NULL'), postgresql_where=sa.text('lead_id IS NOT NULL'))

    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin', sqlmodel.sql.sqltypes.AutoString(), server_default='path', nullable=False))
        batch_op.add_column(sa.Column('qualified_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('cool_off_until', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    with op.batch_alter_table('policy', schema=None) as batch_op:
        batch_op.add_column(sa.Column('starts_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('why', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('effect', sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table('signal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('past', sa.Boolean(), server_default=sa.false(), nullable=False))

    # What was told before is told at once: nobody noted then what came when.
    op.execute(
        "INSERT INTO telling (lead_id, at, facts, past) "
        "SELECT id, created_at, facts, history_only FROM lead WHERE erased_at IS NULL"
    )
    op.execute("UPDATE signal SET past = true WHERE lead_id IN (SELECT id FROM lead WHERE history_only)")


def downgrade() -> None:
    with op.batch_alter_table('signal', schema=None) as batch_op:
        batch_op.drop_column('past')

    with op.batch_alter_table('policy', schema=None) as batch_op:
        batch_op.drop_column('effect')
        batch_op.drop_column('why')
        batch_op.drop_column('starts_at')

    with op.batch_alter_table('lead', schema=None) as batch_op:
        batch_op.drop_index('lead_of_account', sqlite_where=sa.text('account_id IS NOT NULL'), postgresql_where=sa.text('account_id IS NOT NULL'))
        batch_op.drop_index('lead_near', sqlite_where=sa.text('near IS NOT NULL'), postgresql_where=sa.text('near IS NOT NULL'))
        batch_op.drop_index('lead_merged_into', sqlite_where=sa.text('merged_into IS NOT NULL'), postgresql_where=sa.text('merged_into IS NOT NULL'))
        batch_op.drop_column('account_why')
        batch_op.drop_column('account_id')
        batch_op.drop_column('absorbed')
        batch_op.drop_column('merged_into')
        batch_op.drop_column('proofs')
        batch_op.drop_column('lacking')
        batch_op.drop_column('gated')
        batch_op.drop_column('near')
        batch_op.drop_column('definition')

    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_column('cool_off_until')
        batch_op.drop_column('note')
        batch_op.drop_column('qualified_by')
        batch_op.drop_column('origin')

    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.drop_index('card_of_lead', sqlite_where=sa.text('lead_id IS NOT NULL'), postgresql_where=sa.text('lead_id IS NOT NULL'))
        batch_op.drop_column('lead_id')

    with op.batch_alter_table('telling', schema=None) as batch_op:
        batch_op.drop_index('telling_of_lead')

    op.drop_table('telling')
    with op.batch_alter_table('likeness', schema=None) as batch_op:
        batch_op.drop_index('likeness_of_other')

    op.drop_table('likeness')
    with op.batch_alter_table('lead_merge', schema=None) as batch_op:
        batch_op.drop_index('merge_of_survivor')
        batch_op.drop_index('merge_of_absorbed')

    op.drop_table('lead_merge')
    op.drop_table('campaign_brief')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index('account_name_key')

    op.drop_table('account')
