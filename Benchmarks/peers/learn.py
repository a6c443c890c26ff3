#!/usr/bin/env python3
"""Chooses among a hundred actions by chance and learns from what comes of it, with a library's own means:
PYTHON learn.py vw|river EVENTS. Writes how many decisions there were, and the processor time of deciding and learning alone, in
seconds. A visit asks for a decision; an accept says that the customer's last one worked, any other next visit that it did not."""
import json
import sys
import time

ACTIONS = 100
library, path = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    events = [json.loads(line) for line in file]


class VW:
    """A contextual bandit: one policy over the action, the tier and the two together."""

    def __init__(self):
        from vowpalwabbit import Workspace
        self.vw = Workspace("--cb_explore_adf --epsilon 0.02 -q :: --quiet --random_seed 7")
        self.lines = [f"|a action=offer_{i}" for i in range(ACTIONS)]

    def decide(self, tier, draw):
        shares = self.vw.predict([f"shared |s tier={tier}"] + self.lines)
        total = 0.0
        for action, share in enumerate(shares):
            total += share
            if draw < total:
                return action, share
        return ACTIONS - 1, shares[-1]

    def learn(self, tier, action, share, success):
        lines = list(self.lines)
        lines[action] = f"0:{-float(success)}:{share} " + lines[action]
        self.vw.learn([f"shared |s tier={tier}"] + lines)


class River:
    """Thompson sampling of Beta distributions, for each tier by itself."""

    def __init__(self):
        from river import bandit, proba
        self.policies = {}
        self.new = lambda: bandit.ThompsonSampling(reward_obj=proba.Beta(), seed=7)
        self.arms = list(range(ACTIONS))

    def decide(self, tier, _):
        if tier not in self.policies:
            self.policies[tier] = self.new()
        return self.policies[tier].pull(self.arms), 1.0

    def learn(self, tier, action, _, success):
        self.policies[tier].update(action, success)


learner = {"vw": VW, "river": River}[library]()
last, decisions, draw = {}, 0, 0
began = time.process_time()
for event in events:
    customer = event["customer_id"]
    before = last.pop(customer, None)
    if before:
        learner.learn(*before, event["event"] == "accept")
    if event["event"] == "visit":
        tier = event["properties"]["tier"]
        draw = (draw * 6364136223846793005 + 1442695040888963407) % 2**64
        last[customer] = (tier, *learner.decide(tier, draw / 2**64))
        decisions += 1
print(json.dumps({"decisions": decisions, "seconds": time.process_time() - began}))
