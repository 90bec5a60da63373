"""Words of exceptions."""

from models import enums
from resolvers.orderings import ExceptionSort
from schema.enums.describing import describe

describe(
    enums.ExceptionType,
    "What kind of trouble.",
    DELAY="It takes longer.",
    WEATHER="Weather holds it up.",
    FORCE_MAJEURE="Strike, war, disaster.",
    MISROUTED="It went the wrong way.",
    DAMAGED="It is damaged.",
    LOST="It cannot be found.",
    STOLEN="It was stolen.",
    ADDRESS_PROBLEM="The address does not work.",
    RECIPIENT_UNAVAILABLE="Nobody was there.",
    RECIPIENT_REFUSED="The recipient did not take it.",
    ACCESS_RESTRICTED="The carrier cannot get to the place.",
    IDENTITY_CHECK_FAILED="The recipient could not prove who they are.",
    PAYMENT_DUE="Something must be paid first.",
    CUSTOMS_HOLD="Customs keeps it.",
    DOCUMENTS_MISSING="Papers are missing.",
    PROHIBITED_CONTENT="Its content may not be carried.",
    SECURITY_HOLD="Held for security.",
    NOT_COLLECTED="Nobody collected it.",
    PICKUP_FAILED="The carrier did not get it.",
    STALE="Nothing is heard of it any more.",
    WRONG_DELIVERY="It was delivered to the wrong place.",
    PARTIAL_DELIVERY="Only some of it was delivered.",
    OUT_OF_STOCK="It cannot be shipped from stock.",
    CANCELLATION="Somebody wants it cancelled.",
    OTHER="None of these; the summary says what.",
)
describe(
    enums.ExceptionStatus,
    "How far it has been worked off.",
    OPEN="Nobody has looked at it.",
    ACKNOWLEDGED="Somebody has seen it.",
    IN_PROGRESS="Somebody works on it.",
    WAITING="It waits for somebody; waitingOn says for whom.",
    RESOLVED="It is solved.",
    DISMISSED="It was none, or does not matter.",
)
describe(
    enums.ExceptionSeverity,
    "How bad it is.",
    LOW="Worth knowing.",
    MEDIUM="Needs attention within days.",
    HIGH="Needs attention within a day.",
    CRITICAL="Needs attention within hours.",
)
describe(
    enums.Party,
    "Somebody who causes trouble, or is waited for.",
    CARRIER="The carrier.",
    SHIPPER="The shop.",
    RECIPIENT="The recipient.",
    CUSTOMS="Customs.",
    NATURE="Nobody: weather, disaster.",
    SYSTEM="This service.",
)
describe(
    enums.ExceptionResolution,
    "How it was solved.",
    CLEARED="Later news showed that it is over.",
    REDELIVERED="It was delivered after all.",
    ADDRESS_CORRECTED="The address was put right.",
    RESHIPPED="It was sent again.",
    REPLACED="The goods were replaced.",
    REFUNDED="The customer was paid back.",
    RETURNED_TO_STOCK="The goods are back on the shelf.",
    CLAIM_PAID="The carrier paid.",
    WRITTEN_OFF="The loss was taken.",
    NO_ACTION="Nothing had to be done.",
)
describe(
    ExceptionSort,
    "What exceptions can be ordered by.",
    name="ExceptionOrderField",
    OPENED_AT="When it opened.",
    DUE_AT="When it is due.",
    SEVERITY="How bad it is.",
    UPDATED_AT="When it last changed.",
)
