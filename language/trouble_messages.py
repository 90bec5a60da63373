"""Trouble messages: what customers read of each type of exception.

They tell what is so, what comes and what the reader can do. That somebody is at work is said by
the exception's status alone, so that it is true.
"""

from dataclasses import dataclass
from types import MappingProxyType

from language.carriers import CarrierMessage, without_carrier
from language.messages import context_message, message
from models.enums import ExceptionResolution, ExceptionStatus, ExceptionType


@dataclass(frozen=True, slots=True)
class TroubleWords:
    """The words for one type of exception.

    `text` tells what is so and what comes, `action` what the reader can do. `is_our_work` is true
    if the shop has to deal with it: then its status is told too. `asks_some` is true if only some
    readers have something to do.
    """

    title: CarrierMessage
    text: CarrierMessage | None = None
    action: CarrierMessage | None = None
    is_our_work: bool = False
    asks_some: bool = False


GOES_ON = without_carrier(message("It goes on as soon as it can."))
STILL_COMING = message("It's still on its way.")
NOTHING_TO_DO = without_carrier(message("You don't have to do anything."))

TROUBLES = MappingProxyType(
    {
        ExceptionType.DELAY: TroubleWords(
            # Translators: "It" is the customer's parcel, here and in all texts about troubles. The
            # titles have no full stop; they also stand in quotation marks.
            without_carrier(message("It's running late")),
            CarrierMessage(
                message("%(carrier)s needs longer than planned."),
                message("It takes longer than planned."),
            ),
        ),
        ExceptionType.WEATHER: TroubleWords(
            without_carrier(message("It's delayed by the weather")), GOES_ON
        ),
        ExceptionType.FORCE_MAJEURE: TroubleWords(
            without_carrier(message("It's delayed by events that nobody can change")), GOES_ON
        ),
        ExceptionType.MISROUTED: TroubleWords(
            # Translators: The carrier has sent the parcel to a wrong place by mistake.
            without_carrier(message("It took a wrong turn")),
            without_carrier(message("It has to be sent on to the right place.")),
        ),
        ExceptionType.DAMAGED: TroubleWords(
            without_carrier(message("Your parcel was damaged")),
            action=without_carrier(
                message("Already have it? Keep the packaging and send us photos.")
            ),
            is_our_work=True,
            asks_some=True,
        ),
        ExceptionType.LOST: TroubleWords(
            without_carrier(message("We can't find your parcel")), NOTHING_TO_DO, is_our_work=True
        ),
        ExceptionType.STOLEN: TroubleWords(
            without_carrier(message("Your parcel was reported stolen")),
            NOTHING_TO_DO,
            is_our_work=True,
        ),
        ExceptionType.ADDRESS_PROBLEM: TroubleWords(
            without_carrier(message("Something is wrong with the address")),
            action=without_carrier(
                message("Check your address with us, before the parcel goes back.")
            ),
        ),
        ExceptionType.RECIPIENT_UNAVAILABLE: TroubleWords(
            without_carrier(message("Nobody was there to take it")),
            CarrierMessage(
                message("%(carrier)s usually tries again or leaves it at a pick-up point."),
                message("There is usually another try, or it waits at a pick-up point."),
            ),
            CarrierMessage(
                message("Choose a day or a place on the website of %(carrier)s."),
                message("Tell us when somebody is there."),
            ),
        ),
        ExceptionType.RECIPIENT_REFUSED: TroubleWords(
            without_carrier(message("The delivery was refused")),
            action=without_carrier(message("Wasn't you? Tell us today.")),
            asks_some=True,
        ),
        ExceptionType.ACCESS_RESTRICTED: TroubleWords(
            without_carrier(message("The driver couldn't get to your door")),
            action=CarrierMessage(
                message("Tell %(carrier)s how to get in, or choose another place."),
                message("Tell us how to get in, or choose another place."),
            ),
        ),
        ExceptionType.IDENTITY_CHECK_FAILED: TroubleWords(
            # Translators: An identity card or passport of the person who takes the parcel.
            without_carrier(message("An ID is needed")),
            action=without_carrier(message("Have it ready for the next try.")),
        ),
        ExceptionType.PAYMENT_DUE: TroubleWords(
            without_carrier(message("Duties or fees are due")),
            without_carrier(message("We never ask for card details in a message.")),
            CarrierMessage(
                message("Pay only on the website of %(carrier)s. Open it yourself, not by a link."),
                message("Pay only on the carrier's website. Open it yourself, not by a link."),
            ),
        ),
        ExceptionType.DOCUMENTS_MISSING: TroubleWords(
            without_carrier(message("Customs needs a document")),
            action=without_carrier(message("If we ask you for something, please answer soon.")),
            is_our_work=True,
            asks_some=True,
        ),
        ExceptionType.CUSTOMS_HOLD: TroubleWords(
            without_carrier(message("Customs is checking it")), NOTHING_TO_DO
        ),
        ExceptionType.SECURITY_HOLD: TroubleWords(
            without_carrier(message("It's held for a security check")), NOTHING_TO_DO
        ),
        ExceptionType.PROHIBITED_CONTENT: TroubleWords(
            CarrierMessage(
                message("%(carrier)s can't carry it"), message("The carrier can't carry it")
            ),
            without_carrier(message("Something in it may not be sent this way.")),
            is_our_work=True,
        ),
        ExceptionType.NOT_COLLECTED: TroubleWords(
            without_carrier(message("It's still waiting for you")),
            action=without_carrier(message("Collect it soon, or it goes back.")),
        ),
        ExceptionType.PICKUP_FAILED: TroubleWords(
            CarrierMessage(
                message("%(carrier)s didn't pick it up from us"),
                message("It wasn't picked up from us"),
            ),
            is_our_work=True,
        ),
        ExceptionType.STALE: TroubleWords(
            without_carrier(message("There's no news of it")), is_our_work=True
        ),
        ExceptionType.WRONG_DELIVERY: TroubleWords(
            without_carrier(message("It may be in the wrong place")),
            action=without_carrier(
                message("Look around your door and ask your neighbours. Not there? Tell us.")
            ),
            is_our_work=True,
        ),
        ExceptionType.PARTIAL_DELIVERY: TroubleWords(
            without_carrier(message("Only part of it came")),
            action=without_carrier(message("Tell us what is missing.")),
            is_our_work=True,
        ),
        ExceptionType.OUT_OF_STOCK: TroubleWords(
            without_carrier(message("An item is out of stock")), is_our_work=True
        ),
        ExceptionType.CANCELLATION: TroubleWords(
            without_carrier(message("A cancellation was requested")), is_our_work=True
        ),
        ExceptionType.OTHER: TroubleWords(
            without_carrier(message("There's a problem")), is_our_work=True
        ),
    }
)

OUR_WORK = MappingProxyType(
    {
        ExceptionStatus.OPEN: message("We'll look into it."),
        ExceptionStatus.ACKNOWLEDGED: message("We're on it."),
        ExceptionStatus.IN_PROGRESS: message("We're on it."),
        ExceptionStatus.WAITING: message("We're waiting for an answer."),
    }
)
"""Each says what the shop does about an exception of a status. Nobody works on an open one."""

SOLVED = message("Solved: “%(trouble)s”")
CLOSED = message("Closed: “%(trouble)s”")
FOUND = message("It was found again")
RESOLUTIONS = MappingProxyType(
    {
        ExceptionResolution.CLEARED: SOLVED,
        ExceptionResolution.REDELIVERED: context_message(
            "how a trouble was solved", "Solved: it was delivered again"
        ),
        ExceptionResolution.ADDRESS_CORRECTED: context_message(
            "how a trouble was solved", "Solved: the address was corrected"
        ),
        ExceptionResolution.RESHIPPED: context_message(
            "how a trouble was solved", "Solved: we sent it again"
        ),
        ExceptionResolution.REPLACED: context_message(
            "how a trouble was solved", "Solved: we replaced it"
        ),
        ExceptionResolution.REFUNDED: context_message(
            "how a trouble was solved", "Solved: we refunded it"
        ),
        ExceptionResolution.RETURNED_TO_STOCK: context_message(
            "how a trouble was solved", "Closed: it's back with us"
        ),
        ExceptionResolution.CLAIM_PAID: CLOSED,
        ExceptionResolution.WRITTEN_OFF: CLOSED,
        ExceptionResolution.NO_ACTION: CLOSED,
    }
)
"""Each says how an exception ended. What the shop settled with others is left out."""

RETURN_REASONS = MappingProxyType(
    {
        ExceptionType.NOT_COLLECTED: message("It wasn't collected in time."),
        ExceptionType.RECIPIENT_REFUSED: message("The delivery was refused."),
        ExceptionType.RECIPIENT_UNAVAILABLE: message("Nobody was there to take it."),
        ExceptionType.ADDRESS_PROBLEM: message("Something was wrong with the address."),
        ExceptionType.ACCESS_RESTRICTED: message("The driver couldn't get to the door."),
        ExceptionType.IDENTITY_CHECK_FAILED: message("An ID was needed."),
        ExceptionType.PROHIBITED_CONTENT: message("It may not be sent this way."),
        ExceptionType.PAYMENT_DUE: message("Duties or fees were not paid."),
        ExceptionType.DAMAGED: message("It was damaged."),
    }
)
"""Why a parcel goes back: the last trouble before it turned round."""
