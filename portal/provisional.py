from language.facts import *
from models.enums import *
def carrier_name(code): return {"ups":"UPS","dhl":"DHL","dhl_express":"DHL Express"}.get(code, code.replace("_"," ").title())
def headline(order, ctx): return order.status.value.replace("_"," ").capitalize(), None
def arrival(e, ctx):
    if e is None: return None
    return f"Expected {ctx.language.days(ctx.clock.day(e.earliest), ctx.clock.day(e.latest), ctx.today)}"
def event_label(e, ctx): return e.type.value.replace("_"," ").capitalize()
def status_label(s, ctx): return s.status.value.replace("_"," ").capitalize()
