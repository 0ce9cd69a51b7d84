"""what never grows"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('marketing_late',
    sa.Column('card_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('clock_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['clock_id'], ['marketing_clock.id'], ),
    sa.PrimaryKeyConstraint('card_key', 'clock_id')
    )


def downgrade() -> None:
    op.drop_table('marketing_late')
