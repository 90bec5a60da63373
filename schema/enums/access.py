"""Rights, and refusals."""

from access.scopes import Scope
from errors import ErrorCode
from schema.enums.describing import describe

describe(
    Scope,
    "A right of an API key.",
    ORDERS_READ="Read all orders, without personal data.",
    ORDERS_WRITE="Create and change orders and shipments.",
    PERSONAL_READ="Read personal data too.",
    TRACKING_WRITE="Record and retract tracking events, revise estimates.",
    EXCEPTIONS_WRITE="Open and work off exceptions.",
    ANALYTICS_READ="Ask for aggregates.",
    ADMIN="Everything.",
)
describe(
    ErrorCode,
    "What kind of refusal it is.",
    INVALID="Something that was given cannot be so.",
    NOT_FOUND="There is no such thing, or none that you may see.",
    CONFLICT="It contradicts what is already there.",
    ILLEGAL_TRANSITION="It cannot move there from where it is.",
    FORBIDDEN="Your scopes do not allow it.",
    LIMIT_EXCEEDED="More than there may be.",
)
