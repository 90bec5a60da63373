"""Enums of exceptions."""

from models import enums
from resolvers.orderings import ExceptionSort
from schema.enums.registration import describe

describe(
    enums.ExceptionType,
    "The type of an exception.",
    DELAY="The delivery takes longer than expected.",
    WEATHER="Weather holds the shipment up.",
    FORCE_MAJEURE="A strike, a war or a disaster holds the shipment up.",
    MISROUTED="The shipment was sent the wrong way.",
    DAMAGED="The shipment is damaged.",
    LOST="The shipment cannot be found.",
    STOLEN="The shipment was stolen.",
    ADDRESS_PROBLEM="The address is wrong or incomplete.",
    RECIPIENT_UNAVAILABLE="The carrier met nobody at the address.",
    RECIPIENT_REFUSED="The recipient refused the shipment.",
    ACCESS_RESTRICTED="The carrier cannot reach the address.",
    IDENTITY_CHECK_FAILED="The recipient could not prove their identity.",
    PAYMENT_DUE="A payment is due before delivery.",
    CUSTOMS_HOLD="Customs holds the shipment.",
    DOCUMENTS_MISSING="Documents are missing.",
    PROHIBITED_CONTENT="The content may not be transported.",
    SECURITY_HOLD="The shipment is held for security reasons.",
    NOT_COLLECTED="The recipient did not collect the shipment in time.",
    PICKUP_FAILED="The carrier could not pick the shipment up.",
    STALE="The carrier has not reported about the shipment for too long.",
    WRONG_DELIVERY="The shipment was delivered to the wrong place.",
    PARTIAL_DELIVERY="Only a part of the shipment was delivered.",
    OUT_OF_STOCK="The goods are out of stock.",
    CANCELLATION="Somebody asked to cancel.",
    OTHER="None of the other types applies; the summary describes the problem.",
)
describe(
    enums.ExceptionStatus,
    "The stage of work on an exception.",
    OPEN="Nobody has looked at the exception yet.",
    ACKNOWLEDGED="Somebody has seen the exception.",
    IN_PROGRESS="Somebody is working on the exception.",
    WAITING="The work waits for somebody; waitingOn says for whom.",
    RESOLVED="The exception is resolved.",
    DISMISSED="The exception was a false alarm or does not matter.",
)
describe(
    enums.ExceptionSeverity,
    "How severe an exception is.",
    LOW="The exception is for information only.",
    MEDIUM="The exception needs attention within days.",
    HIGH="The exception needs attention within a day.",
    CRITICAL="The exception needs attention within hours.",
)
describe(
    enums.Party,
    "A party that can cause an exception, or that the work on it can wait for.",
    CARRIER="The carrier of the shipment.",
    SHIPPER="The shop.",
    RECIPIENT="The recipient of the shipment.",
    CUSTOMS="The customs authorities.",
    NATURE="Nobody: weather or a disaster.",
    SYSTEM="This service itself.",
)
describe(
    enums.ExceptionResolution,
    "How an exception was resolved.",
    CLEARED="Later tracking events showed that the problem is over.",
    REDELIVERED="The shipment was delivered at a later attempt.",
    ADDRESS_CORRECTED="The address was corrected.",
    RESHIPPED="The goods were sent again.",
    REPLACED="The goods were replaced.",
    REFUNDED="The customer was refunded.",
    RETURNED_TO_STOCK="The goods are back in stock.",
    CLAIM_PAID="The carrier paid compensation.",
    WRITTEN_OFF="The shop bears the loss.",
    NO_ACTION="No action was necessary.",
)
describe(
    ExceptionSort,
    "The fields that a list of exceptions can be ordered by.",
    name="ExceptionOrderField",
    OPENED_AT="The time when the exception was opened.",
    DUE_AT="The time by which the exception is due.",
    SEVERITY="The severity of the exception.",
    UPDATED_AT="The time of the exception's last change.",
)
