"""Pupils whose scores were worked out by hand, by the published rules."""

from __future__ import annotations

from tiny_pupils import Worked

A8, EBACC, FIVE = "attainment8", "ebacc_entry", "five_good_gcses"

FULL = """
english_language 6
english_literature 5
maths 7
biology 6
history 5
french 4
art 8
drama 7
music 6
"""

PUPILS = [
    # English 6 twice, maths 7 twice, EBacc 6+5+4, open 8+7+6.
    Worked(
        "full-eight",
        FULL,
        {A8: 62, "basics_94": 1, "basics_95": 1, FIVE: 1, EBACC: 0, "ebacc_aps": 28},
    ),
    # The better of the two is literature: 7 twice; language 5 has no room in the open slots.
    Worked(
        "literature-is-the-better",
        FULL.replace("language 6", "language 5").replace("literature 5", "literature 7"),
        {A8: 64, "ebacc_aps": 29},
    ),
    # English once only: 6; maths 7 twice; 6+5+4; 8+7+6.
    Worked(
        "language-alone",
        FULL.replace("english_literature 5", ""),
        {A8: 56, "basics_94": 1, "ebacc_aps": 22},
    ),
    Worked("literature-alone", FULL.replace("english_language 6", ""), {A8: 55, FIVE: 0}),
    # No English at all: the two slots are empty.
    Worked(
        "no-english",
        FULL.replace("english_language 6", "").replace("english_literature 5", ""),
        {A8: 50, "basics_94": 0, FIVE: 0},
    ),
    # Maths is empty: 12 + 0 + 15 + 21.
    Worked("no-maths", FULL.replace("maths 7", ""), {A8: 48, "basics_94": 0, "ebacc_aps": 21}),
    # Of four EBacc subjects the best three fill theirs, 8+7+6, and the fourth, 5, the open slots.
    Worked(
        "four-ebacc-subjects",
        """
        english_language 4
        english_literature 4
        maths 4
        history 8
        geography 7
        french 6
        german 5
        art 3
        """,
        # 4 twice, 4 twice, 21, then 5 + 4 (literature) + 3.
        {A8: 49, EBACC: 0},
    ),
    # Six EBacc subjects: three in their slots, three in the open ones.
    Worked(
        "six-ebacc-subjects",
        """
        english_language 5
        english_literature 5
        maths 5
        biology 9
        chemistry 8
        physics 7
        history 6
        french 6
        german 4
        """,
        # 10 + 10 + 24, then 6 + 6 + 5 (literature): German, 4, has no room.
        {A8: 61, EBACC: 1, "ebacc_aps": 39},
    ),
    # Literature takes an open slot where it is among the best three left.
    Worked(
        "literature-in-an-open-slot",
        """
        english_language 8
        english_literature 7
        maths 5
        biology 5
        history 5
        french 5
        art 2
        drama 1
        """,
        {A8: 51},
    ),
    # Two EBacc subjects leave one of their slots empty: an open subject cannot fill it.
    Worked(
        "an-empty-ebacc-slot",
        """
        english_language 5
        english_literature 4
        maths 5
        biology 6
        history 6
        art 7
        drama 7
        music 7
        dance 7
        """,
        {A8: 53},
    ),
    # Nothing but vocational qualifications: three open slots, 7 + 5.5 + 4.
    Worked(
        "all-vocational",
        """
        sport D vocational
        business M vocational
        health P vocational
        travel P vocational
        """,
        {A8: 16.5, FIVE: 0, "basics_94": 0, EBACC: 0, "ebacc_aps": 0},
    ),
    # Vocational science is no EBacc science: 12 + 14 + 5 + 4, then 8.5 + 8 + 7.
    Worked(
        "vocational-science-is-open",
        """
        english_language 6
        english_literature 5
        maths 7
        physics D* vocational
        history 5
        french 4
        art 8
        drama 7
        """,
        {A8: 58.5},
    ),
    # A vocational award as large as four GCSEs takes one slot.
    Worked(
        "a-large-award-takes-one-slot",
        """
        english_language 4
        english_literature 3
        maths 4
        sport D vocational four
        art 2
        """,
        {A8: 28},
    ),
    # Combined science 6-5 fills two EBacc slots with 5.5 each.
    Worked(
        "combined-science-in-two-slots",
        """
        english_language 5
        english_literature 5
        maths 5
        combined_science 6-5
        history 4
        art 3
        """,
        # 10 + 10 + 11 + 4, then 5 (literature) + 3.
        {A8: 43, EBACC: 0, "ebacc_aps": 25},
    ),
    # One half of combined science fills the last EBacc slot, the other an open one.
    Worked(
        "combined-science-divided",
        """
        english_language 5
        english_literature 3
        maths 5
        history 9
        french 8
        combined_science 7-7
        art 4
        """,
        # 10 + 10 + 9 + 8 + 7, then 7 + 4 + 3.
        {A8: 58, EBACC: 1, "ebacc_aps": 41},
    ),
    # An early entry and a resit: the first counts, though it is lower.
    Worked(
        "early-entry-then-resit",
        """
        english_language 5
        english_literature 5
        maths 3 date=2022-11-01
        maths 6 date=2024-06-01
        """,
        {A8: 21, "basics_94": 0, "five_good_gcses_2013_rules": 0},
    ),
    # Two entries of one day that overlap: the better of the two.
    Worked(
        "two-on-one-day",
        """
        history 4 code=H1
        history 6 code=H1
        """,
        {A8: 6},
    ),
    # Subjects that share a discount code overlap: the first alone counts.
    Worked(
        "overlapping-subjects",
        """
        ict 5 code=K1 date=2023-06-01
        computer_science 9 code=K1
        """,
        {A8: 5},
    ),
    # Ungraded is 0, and is an entry: English was taken twice and counts double.
    Worked(
        "ungraded-literature",
        """
        english_language 4
        english_literature U
        maths U
        """,
        {A8: 8, "ebacc_aps": 4},
    ),
    Worked("everything-ungraded", "english_language U\nmaths U\nart U", {A8: 0, FIVE: 0}),
    Worked("no-entries", "", {A8: 0, FIVE: 0, "basics_94": 0, EBACC: 0, "ebacc_aps": 0}),
    # A short course has no slot of its own.
    Worked("a-short-course", "religious_studies 9 short\nart 2", {A8: 2}),
    # Two short courses make no GCSE in slots, but one of five passes.
    Worked(
        "short-courses-add-up",
        """
        english_language 4
        maths 4
        art 4
        drama 4
        religious_studies 4 short
        citizenship 4 short
        """,
        {A8: 20, FIVE: 1},
    ),
    # The highest score there is.
    Worked(
        "all-nines",
        """
        english_language 9
        english_literature 9
        maths 9
        combined_science 9-9
        history 9
        french 9
        art 9
        """,
        {A8: 90, EBACC: 1, "ebacc_aps": 54, "basics_95": 1},
    ),
    # Grade 4 is a standard pass and no strong one.
    Worked(
        "standard-and-not-strong",
        "english_language 4\nenglish_literature 3\nmaths 4",
        {"basics_94": 1, "basics_95": 0, A8: 19},
    ),
    # Either English will do for the basics, but five good GCSEs ask for language.
    Worked(
        "passed-literature-only",
        "english_language 3\nenglish_literature 5\nmaths 5\nart 5\ndrama 5\nmusic 5",
        {"basics_94": 1, "basics_95": 1, FIVE: 0},
    ),
    # Three separate sciences are the EBacc's science, and two are not.
    Worked(
        "three-sciences",
        "english_language 1\nenglish_literature 1\nmaths 1\nbiology 1\nphysics U\n"
        "computer_science 1\ngeography 1\nspanish 1",
        {EBACC: 1},
    ),
    Worked(
        "two-sciences",
        "english_language 1\nenglish_literature 1\nmaths 1\nbiology 1\nphysics 9\n"
        "geography 1\nspanish 1",
        {EBACC: 0, "ebacc_aps": 14},
    ),
    # Points of 2016: A* is 8.
    Worked(
        "letters-of-2016",
        """
        english_language B
        english_literature A
        maths C
        biology A*
        history D
        french E
        art F
        drama G
        """,
        # 14 + 10 + 8 + 4 + 3, then 6 (language) + 2 + 1.
        {A8: 48, "basics_94": 1},
        year=2016,
    ),
    # In 2017 numbers in English and mathematics stand beside letters, A* being 8.5.
    Worked(
        "letters-and-numbers-of-2017",
        """
        english_language 6
        english_literature 5
        maths 4
        biology A*
        history B
        french D
        art F
        """,
        # 12 + 8 + 8.5 + 5.5 + 3, then 5 (literature) + 1.5.
        {A8: 43.5, "basics_95": 0},
        year=2017,
    ),
    # To 2013 the best of overlapping entries counts.
    Worked(
        "a-resit-of-2013",
        """
        english_language D date=2012-11-01 code=E
        english_language C code=E
        maths C
        history C
        french C
        art C
        """,
        {
            FIVE: 1,
            "five_good_gcses_2013_rules": 1,
            "five_good_gcses_2014_rules": 0,
        },
        year=2013,
    ),
    # To 2013 one award could be worth four GCSEs; from 2014 one.
    Worked(
        "a-large-award-of-2013",
        """
        english_language C
        maths C
        sport P vocational four
        """,
        {FIVE: 1, "five_good_gcses_2014_rules": 0},
        year=2013,
    ),
    # Three awards of one GCSE each: two count by the rules of 2014.
    Worked(
        "three-awards-of-2013",
        """
        english_language C
        maths C
        sport P vocational
        health P vocational
        travel P vocational
        """,
        {FIVE: 1, "five_good_gcses_2014_rules": 0},
        year=2013,
    ),
    # Two awards and three GCSEs are five by either.
    Worked(
        "two-awards-of-2013",
        """
        english_language C
        maths C
        history C
        sport P vocational
        health P vocational
        """,
        {FIVE: 1, "five_good_gcses_2014_rules": 1},
        year=2013,
    ),
    # A pass at level 1 is no good pass.
    Worked(
        "level-one-awards",
        """
        english_language C
        maths C
        history C
        sport L1D vocational
        health P vocational
        """,
        {FIVE: 0, "five_good_gcses_2014_rules": 0},
        year=2013,
    ),
    # The same pupil in 2014, by the rules of that year: the first entry counts.
    Worked(
        "an-early-entry-of-2014",
        """
        english D date=2013-11-01
        english C
        maths C
        history C
        french C
        art C
        """,
        {FIVE: 0, "five_good_gcses_2013_rules": 1},
        year=2014,
    ),
    # The single GCSE in English counts double by itself.
    Worked("english-of-2016", "english C\nmaths C", {A8: 20}, year=2016),
]
"""With the score of each measure in points; of a measure of needs, 1 for a pupil who meets them."""
