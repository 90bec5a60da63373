"""Plans of forecasts: one statement reads the history, then a model is fitted."""

from collections.abc import Mapping
from typing import Any

import orjson

from database.timestamps import rfc_3339
from engine.sql.plan import FieldResult
from engine.sql.selection import Arguments, Field, Reader, Variables
from resolvers.forecasts.arguments import forecast_arguments
from resolvers.forecasts.forecaster import Forecast, Forecaster
from resolvers.forecasts.history import History, read_history


class ForecastPlan:
    def __init__(self, field: Field, forecaster: Forecaster) -> None:
        self._field, self._forecaster = field, forecaster

    async def read(self, arguments: Arguments, variables: Variables, reader: Reader) -> FieldResult:
        """Return the field's value. Raises DomainError."""
        self._forecaster.demand_library()
        query = forecast_arguments(arguments, reader)
        history = await read_history(query)
        client = reader.viewer.key_id or reader.viewer.name
        forecast = await self._forecaster.forecast(
            history.counts, query.seasonality, query.horizon, client
        )
        return FieldResult(orjson.dumps(self._shown(history, forecast, rfc_3339(reader.now))))

    def _shown(self, history: History, forecast: Forecast, now: str) -> Mapping[str, Any]:
        shown: dict[str, Any] = {}
        for field in self._field.fields:
            match field.name:
                case "points":
                    shown[field.key] = _points(field, history, forecast)
                case "model":
                    shown[field.key] = forecast.model
                case "error":
                    shown[field.key] = forecast.error
                case "asOf":
                    shown[field.key] = now
                case _:
                    shown[field.key] = field.parent
        return shown


def _points(field: Field, history: History, forecast: Forecast) -> list[Mapping[str, Any]]:
    starts = map(rfc_3339, history.following(len(forecast.points)))
    return [
        {
            member.key: {"start": start, "__typename": member.parent}.get(member.name)
            or getattr(point, member.name)
            for member in field.fields
        }
        for start, point in zip(starts, forecast.points, strict=True)
    ]
