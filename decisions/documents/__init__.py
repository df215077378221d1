"""The documents of analyses: what engines write into `AnalysisRun.result`, commands print and pages read. Pure types.

Shares are 0 to 1, money floats in the client's currency, days ISO 8601 texts. `key` of a group is what the table of
deals holds (ids for agents, teams, products, companies); MISSING says that the row said nothing. Nothing here holds
a person's name.
"""

from decisions.documents.advice import AdviceDocument
from decisions.documents.anomalies import AnomaliesDocument
from decisions.documents.drivers import Driver, DriversDocument
from decisions.documents.forecast import ForecastDocument, PeriodForecast
from decisions.documents.groups import MISSING, OTHERS
from decisions.documents.odds import OddsRatio
from decisions.documents.patterns import Contrast, PatternsDocument, Practice
from decisions.documents.prediction import ModelReport
from decisions.documents.winrate import (
    Consistency,
    Decomposition,
    Effect,
    Rate,
    RateChange,
    RateRow,
    Velocity,
    WinRateDocument,
)

__all__ = [
    "MISSING",
    "OTHERS",
    "AdviceDocument",
    "AnomaliesDocument",
    "Consistency",
    "Contrast",
    "Decomposition",
    "Driver",
    "DriversDocument",
    "Effect",
    "ForecastDocument",
    "ModelReport",
    "OddsRatio",
    "PatternsDocument",
    "PeriodForecast",
    "Practice",
    "Rate",
    "RateChange",
    "RateRow",
    "Velocity",
    "WinRateDocument",
]
