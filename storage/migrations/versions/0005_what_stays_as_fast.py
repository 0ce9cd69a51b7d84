"""what stays as fast"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('handoff_of_owner'))
        batch_op.create_index('handoff_in_hand', ['owner', 'state'], unique=False, if_not_exists=True, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
        batch_op.create_index('handoff_of_team', ['team', 'state', 'due_at'], unique=False, if_not_exists=True, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index('offer_answered', ['rep', 'ended_at'], unique=False, if_not_exists=True)
        batch_op.create_index('offer_of_team', ['team', 'offered_at'], unique=False, if_not_exists=True)

    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.create_index('card_next', ['recipient', 'created_at', 'retry_at'], unique=False, if_not_exists=True, sqlite_where=sa.text('stale = 1'), postgresql_where=sa.text('stale'))

    with op.batch_alter_table('raised', schema=None) as batch_op:
        batch_op.create_index('raised_with', ['recipient', 'at'], unique=False, if_not_exists=True)


def downgrade() -> None:
    with op.batch_alter_table('raised', schema=None) as batch_op:
        batch_op.drop_index('raised_with')

    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.drop_index('card_next', sqlite_where=sa.text('stale = 1'), postgresql_where=sa.text('stale'))

    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_index('offer_of_team')
        batch_op.drop_index('offer_answered')

    with op.batch_alter_table('handoff', schema=None) as batch_op:
        batch_op.drop_index('handoff_of_team', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
        batch_op.drop_index('handoff_in_hand', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('handoff_of_owner'), ['owner', 'state'], unique=False)
