"""Professions of the providers who render, perform or supervise services.

A title that several states give to one profession is an alias of it. Names of taxonomies are those
of NUCC's behavioral health list.
"""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

PROFESSIONS: Final = Vocabulary(
    "a profession",
    (
        Term("physician", "doctor of medicine or osteopathy", ("MD", "DO", "doctor of medicine")),
        Term("psychiatrist", "physician of psychiatry", ("psychiatry",)),
        Term(
            "psychologist",
            "licensed or clinical psychologist",
            (
                "clinical psychologist",
                "licensed psychologist",
                "licensed clinical psychologist",
                "psychologist, clinical",
                "PsyD",
                "PhD",
            ),
        ),
        Term("clinical-neuropsychologist", "clinical neuropsychologist", ("neuropsychologist",)),
        Term("school-psychologist", "school psychologist", ("psychologist, school",)),
        Term(
            "lcsw",
            "social worker licensed for independent clinical practice",
            (
                "licensed clinical social worker",
                "clinical social worker",
                "social worker, clinical",
                "CSW",
                "LICSW",
                "licensed independent clinical social worker",
                "LISW",
                "licensed independent social worker",
                "LCSW-C",
                "LCSW-R",
                "LSCSW",
                "licensed specialist clinical social worker",
            ),
        ),
        Term(
            "lmsw",
            "master's-level social worker without independent clinical practice",
            ("licensed master social worker", "master social worker", "MSW"),
        ),
        Term(
            "social-worker", "social worker of another license", ("LSW", "licensed social worker")
        ),
        Term(
            "lmft",
            "marriage and family therapist",
            (
                "licensed marriage and family therapist",
                "marriage and family therapist",
                "marriage & family therapist",
                "MFT",
            ),
        ),
        Term(
            "lpc",
            "professional counselor",
            (
                "licensed professional counselor",
                "professional counselor",
                "counselor, professional",
                "LPCC",
                "licensed professional clinical counselor",
                "LCPC",
                "licensed clinical professional counselor",
            ),
        ),
        Term(
            "mental-health-counselor",
            "mental health counselor",
            (
                "LMHC",
                "licensed mental health counselor",
                "counselor, mental health",
                "MHC",
            ),
        ),
        Term("counselor", "counselor of another license"),
        Term(
            "pastoral-counselor", "pastoral counselor", ("counselor, pastoral", "clergy counselor")
        ),
        Term("supervised-counselor", "counselor who must be supervised (TRICARE)"),
        Term("school-counselor", "school counselor", ("counselor, school",)),
        Term(
            "certified-addiction-professional",
            "certified addiction professional (Florida)",
            ("CAP",),
        ),
        Term(
            "ladac",
            "licensed alcohol and drug abuse counselor",
            ("licensed alcohol and drug abuse counselor", "licensed alcohol and drug counselor"),
        ),
        Term(
            "addiction-counselor",
            "addiction counselor of another certificate or license",
            ("counselor, addiction substance use disorder", "substance abuse counselor"),
        ),
        Term(
            "lpei",
            "licensed psychological examiner, independent (Arkansas)",
            ("LPE-I", "licensed psychological examiner independent"),
        ),
        Term(
            "aprn",
            "advanced practice registered nurse",
            ("advanced practice registered nurse", "ARNP", "advanced practice nurse", "APN"),
        ),
        Term(
            "nurse-practitioner",
            "nurse practitioner",
            ("NP", "CRNP", "certified nurse practitioner"),
        ),
        Term(
            "pmhnp",
            "psychiatric mental health nurse practitioner",
            (
                "PMHNP-BC",
                "psychiatric mental health nurse practitioner",
                "psychiatric nurse practitioner",
                "nurse practitioner, psychiatric/mental health",
            ),
        ),
        Term(
            "clinical-nurse-specialist",
            "clinical nurse specialist",
            ("CNS", "clinical nurse specialist, psychiatric/mental health"),
        ),
        Term("nurse-midwife", "certified nurse-midwife", ("CNM", "certified nurse midwife")),
        Term("physician-assistant", "physician assistant", ("PA", "PA-C", "physician associate")),
        Term("registered-nurse", "registered nurse", ("RN",)),
        Term(
            "behavior-analyst",
            "behavior analyst",
            ("BCBA", "BCBA-D", "board certified behavior analyst", "licensed behavior analyst"),
        ),
        Term(
            "assistant-behavior-analyst",
            "assistant behavior analyst",
            ("BCaBA", "board certified assistant behavior analyst"),
        ),
        Term(
            "behavior-technician", "behavior technician", ("RBT", "registered behavior technician")
        ),
        Term("occupational-therapist", "occupational therapist", ("OT", "OTR")),
        Term("physical-therapist", "physical therapist", ("PT",)),
        Term("speech-language-pathologist", "speech-language pathologist", ("SLP",)),
        Term("pharmacist", "pharmacist", ("PharmD",)),
        Term("psychoanalyst", "psychoanalyst"),
        Term("creative-arts-therapist", "art, music, drama, dance or poetry therapist"),
        Term("peer-specialist", "peer support specialist", ("peer", "peer support specialist")),
        Term("community-health-worker", "community health worker", ("CHW",)),
        Term("master", "holder of a master's degree without a license named here", ("masters",)),
        Term(
            "bachelor", "holder of a bachelor's degree without a license named here", ("bachelors",)
        ),
        Term("intern", "intern", ("psychology intern",)),
        Term("trainee", "trainee, resident or student under supervision", ("resident", "student")),
        Term("unlicensed", "person without a license"),
    ),
)
