#!/usr/bin/env python3
"""Writes a fitted linear model of scikit-learn (LinearRegression, LogisticRegression, PoissonRegressor, and their like) as
JSON that journeyd reads: from model_to_journeyd import export; export(model, ["recency", "orders"], "accept.json").
"""
import json


def export(model, names, path):
    link = {"LogisticRegression": "logistic", "PoissonRegressor": "exponential"}.get(type(model).__name__, "identity")
    coefficients = [float(c) for c in model.coef_.ravel()]
    features = [{"name": n, "coefficient": c} for n, c in zip(names, coefficients, strict=True)]
    intercept = float(getattr(model.intercept_, "item", lambda: model.intercept_)())
    with open(path, "w") as file:
        json.dump({"model": "linear", "link": link, "intercept": intercept, "features": features}, file, indent=1)
