"""what never grows"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # waits for whoever works on promises, and so comes before anything that keeps others from messages
    op.create_table('marketing_late',
    sa.Column('card_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('clock_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['clock_id'], ['marketing_clock.id'], ),
    sa.PrimaryKeyConstraint('card_key', 'clock_id')
    )

    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('card_next'), sqlite_where=sa.text('stale = 1'), postgresql_where=sa.text('stale'))
        batch_op.create_index('card_homes', ['retry_at'], unique=False, if_not_exists=True, sqlite_where=sa.text("stale = 1 AND kind = 'home'"), postgresql_where=sa.text("stale AND kind = 'home'"))
        batch_op.create_index('card_to_change', ['recipient', 'created_at', 'retry_at'], unique=False, if_not_exists=True, sqlite_where=sa.text("stale = 1 AND ts IS NOT NULL"), postgresql_where=sa.text("stale AND ts IS NOT NULL"))
        batch_op.create_index('card_to_post', ['recipient', 'created_at', 'retry_at'], unique=False, if_not_exists=True, sqlite_where=sa.text("stale = 1 AND ts IS NULL AND kind <> 'home'"), postgresql_where=sa.text("stale AND ts IS NULL AND kind <> 'home'"))


def downgrade() -> None:
    op.drop_table('marketing_late')
    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.drop_index('card_to_post', sqlite_where=sa.text("stale = 1 AND ts IS NULL AND kind <> 'home'"), postgresql_where=sa.text("stale AND ts IS NULL AND kind <> 'home'"))
        batch_op.drop_index('card_to_change', sqlite_where=sa.text("stale = 1 AND ts IS NOT NULL"), postgresql_where=sa.text("stale AND ts IS NOT NULL"))
        batch_op.drop_index('card_homes', sqlite_where=sa.text("stale = 1 AND kind = 'home'"), postgresql_where=sa.text("stale AND kind = 'home'"))
        batch_op.create_index('card_next', ['recipient', 'created_at', 'retry_at'], unique=False, sqlite_where=sa.text('stale = 1'), postgresql_where=sa.text('stale'))
