"""The last moment that had passed by the clock that judged an order: a clock that is before it
judges again."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from migrations._columns import optional_moment
from migrations._tables import index


class Migration(migrations.Migration):
    dependencies = [("models", "0007_hours")]

    operations = [
        ops.AddField("Order", "passed_at", optional_moment()),
        index("orders_passed", "orders (passed_at) WHERE passed_at IS NOT NULL"),
    ]
