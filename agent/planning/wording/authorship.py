"""Who writes into records, what they write, and how they are said to have written it: patterns over lower-case text.

Who orders and who treats is said here too, in the fewer words that the grammar has for them.
"""

from __future__ import annotations

AUTHOR = (
    r"\b(?:\w{1,24}(?:olog(?:ists?|y)|iatr(?:ists?|icians?|y|ics))|an(?:a)?esthetists?|an(?:a)?esthesia|doctors?|docs?|"
    r"physicians?|consultants?|surgeons?|nurses?|therapists?|physios?|physiotherap\w+|dieti[ct]ians?|midwi(?:fe|ves)|"
    r"pharmacists?|radiographers?|optometrists?|dentists?|hygienists?|paramedics?|counsellors?|audiologists?|"
    r"teams?|gps?|registrars?|residents?|intensivists?|trainees?|shos?|matron|sister in charge|carers?|"
    r"investigators?|social workers?|case managers?|planners?|coordinators?|proceduralists?|examiners?|assessors?|"
    r"crew|reporters?|clinicians?|specialists?|practitioners?|technicians?|prescribers?|providers?|staff|nursing|"
    r"nights?(?= staff)|"
    r"anybody|anyone|somebody|someone|mdt|mdm|tumou?r board|bed meeting|ward round|clinics?|surgery team|"
    r"cards|derm|ortho|gastro|neuro|renal|resp|haem|onc|psych|gen surg|ent|icu|itu|hdu|ed|a&e|icm|obs and gynae|"
    r"maxfax|vascular|plastics|pall(?:iative)? care|occupational health|infection control|ipc|dsn|cpn|cns|"
    r"ot|slt|salt|"
    r"rn|np|pa-c|fy1|fy2|st\d|icu team|\w{1,24} lead)(?:'s|s')?(?![\w-])"
)
"""Roles and departments that write."""
WHO_ORDERS = r"(?:doctor|physician|clinician|provider|practitioner|prescriber|nurse)s?"
"""Those who order and prescribe."""
WHO_TREATS = (
    r"(?:they|somebody|someone|anyone|(?:(?:my|his|her|their|our|the) )?(?:doctors?|gp|nurse|team|staff|clinic|hospital"
    r"|cardiologist|specialist|physician))"
)
"""Those who treat somebody, as subject of a sentence."""
DOCUMENT = (
    r"\b(?:notes?|letters?|reports?|summar(?:y|ies)|documents?|documentation|consults?|consultations?|write-?ups?|"
    r"clerking(?: sheet)?|clerk-?in|hand-?overs?|forms?|sheets?|proformas?|pro formas?|questionnaires?|"
    r"addend(?:um|a)|"
    r"narratives?|leaflets?|certificates?|entr(?:y|ies)|sections?|minutes|plans?|logs?|diar(?:y|ies)|correspondence|"
    r"records?|charts?|file|folder|paperwork|mccd|referrals?|advice sheets?|instructions?|statements?|formulations?|"
    r"op note|discharge letter)\b"
)
"""What is written."""
REPORTS = (
    r"sa(?:y|ys|id)|wr(?:ite|ites|ote|itten)|document(?:s|ed)?|not(?:e|es|ed)|record(?:s|ed)?|chart(?:s|ed)?|"
    r"enter(?:s|ed)?|mention(?:s|ed)?|stat(?:e|es|ed)|conclud\w+|describ\w+|list(?:s|ed)?|recommend\w*|advis\w+|"
    r"propos\w+|suggest\w*|g[ai]ve[sn]?|put(?: down)?|set|made of|explain\w*|comment\w*|quot\w+|according to|"
    r"lay down|laid down|"
    r"rat(?:e|es|ed)|grad(?:e|es|ed)|scor(?:e|es|ed)|stag(?:e|es|ed)|label(?:s|led|ed)?|assign(?:s|ed)?|"
    r"nam(?:e|es|ed)|"
    r"class(?:ify|ified)|categori[sz]ed?|call(?:s|ed)?|think|thought|reckon(?:s|ed)?|believe[ds]?|felt|feel|"
    r"conclude[ds]?|interpret(?:s|ed)?|specif(?:y|ies|ied)|stipulat\w+|report(?:s|ed)?|log(?:s|ged)?|attribut\w+|"
    r"blame[ds]?|diagnos\w+|suspect(?:s|ed)?|decide[ds]?|agree[ds]?|request(?:s|ed)?|ask(?:s|ed)? for|plan(?:s|ned)?|"
    r"leave|left|allow(?:s|ed)?|order(?:s|ed)?|assess(?:es|ed)?|certif(?:y|ies|ied)|cod(?:e|es|ed)|raise[ds]?|"
    r"find|found|see|saw|make of|tell|told|warn(?:s|ed)?|instruct(?:s|ed)?|clear(?:s|ed)?|exclude[ds]?|identif\w+|"
    r"cancel(?:s|led|ed)?|sign(?:s|ed)?|dictat\w+|approve[ds]?|back(?:ed)?|want(?:s|ed)?|review(?:s|ed)?|allocat\w+|"
    r"randomi[sz]ed|consider(?:s|ed)?|estimate[ds]?|predict(?:s|ed)?|expect(?:s|ed)?|judge[ds]?|calculate[ds]?"
)
"""Verbs of putting something on record."""
