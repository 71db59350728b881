"""Who its pupils are, and not what they did: what schools are matched and modelled on."""

from __future__ import annotations

from codebreakers.measures import Measure, Series
from codebreakers.measures.spelling import FROM_2011_ON, FROM_2015_ON, SOURCE, intake

__all__ = ["INTAKES"]

INTAKES: tuple[Measure, ...] = (
    Measure(
        "disadvantaged_percent",
        "of pupils are disadvantaged",
        "proportion",
        "percent",
        "lower",
        (
            intake("TFSMCLA", "PTFSMCLA", range(2011, 2015)),
            intake("TFSM6CLA1A", "PTFSM6CLA1A", FROM_2015_ON),
        ),
        f"{SOURCE}. Free school meals at any time in the last six years, or looked after; from "
        "2015 adopted and briefly looked-after pupils too; before 2012 current free meals only.",
        breaks=(2012, 2015),
        intake=True,
    ),
    Measure(
        "ks2_points",
        "key stage 2 points",
        "mean",
        "points",
        "higher",
        (
            Series(range(2011, 2020), "KS2APS", pupils={"all": "TPUP"}),
            Series((2023,), "KS2ASS", pupils={"all": "TPUP"}),
        ),
        f"{SOURCE}. Average points before 2020, average scaled score from 2023.",
        breaks=(2023,),
        decimals=1,
        intake=True,
    ),
    Measure(
        "eal_percent",
        "of pupils have English as an additional language",
        "proportion",
        "percent",
        "lower",
        (intake("TEALGRP2", "PTEALGRP2", FROM_2011_ON),),
        SOURCE,
        intake=True,
    ),
    Measure(
        "low_prior_percent",
        "of pupils had low prior attainment",
        "proportion",
        "percent",
        "lower",
        # Of the pupils with key stage 2 results, whose number is not published: never the count.
        (Series(FROM_2011_ON, "PTPRIORLO", pupils={"all": "TPUP"}),),
        SOURCE,
        intake=True,
    ),
)
