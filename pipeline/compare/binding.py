"""Words that bind, by what they bind: duties, extent, time, conditions, liability, form and consent.

Each entry is a regular expression for whole words of the text between two figures, in small letters.
"""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, ...]] = {
    "condition": (
        r"subject to",
        r"(?:so|as) far as(?: (?:is |are )?(?:reasonably )?(?:practicable|possible))?",
        r"as (?:appropriate|necessary|needed|applicable|agreed)",
        r"provided (?:that|always)|on condition|condition(?:s|al|ally|ed)?|in the event|in case|contingent|regardless",
        r"if|unless|where|wherever|when|whenever|otherwise|notwithstanding|despite|save|without prejudice",
        r"(?:un)?reasonabl[ey]|(?:im)?material(?:ly)?|substantial(?:ly)?|significant(?:ly)?|(?:im)?practica(?:ble|bly|l)|(?:im)?possible",
        r"appropriate(?:ly)?|necessary|sufficient(?:ly)?|adequate(?:ly)?|satisfactor(?:y|ily)|suitabl[ey]",
        r"normal(?:ly)?|ordinar(?:y|ily)|usual(?:ly)?|generally|typically|principally|mainly|primarily",
        r"approximate(?:ly)?|circa|roughly|nearly|almost|(?:about|around|some)(?= $)",
        r"estimated?|indicative(?:ly)?|provisional(?:ly)?",
        r"good faith|commercially|in principle|at risk",
    ),
    "obligation": (
        r"shall|must|should|would|will|could|can|cannot|might|need(?:s|ed)?(?: not)?|ought|(?:is|are) to|(?:has|have) to",
        r"endeavours?|efforts|seeks? to|aims? to|tr(?:y|ies) to|attempts? to|strives? to|intends? to|expect(?:s|ed)?",
        r"requir(?:e|es|ed|ing|ements?)|oblig(?:e|es|ed|ations?|atory)|mandat(?:ory|ed?|es)|compulsory|binding|bound",
        r"optional(?:ly)?|voluntar(?:y|ily)|recommend(?:s|ed|ations?)?|encourage[sd]?",
        r"entitle(?:s|d|ments?)?|rights?|dut(?:y|ies)|responsib(?:le for|ility|ilities)",
        r"undertak(?:e|es|ing|ings)|commit(?:s|ted|ments?)?",
        r"guarantee[sd]?|warrant(?:s|y|ies|ed)?|promise[sd]?|ensur(?:e|es|ed|ing)|procures? that|compl(?:y|ies|iance)",
        r"prohibit(?:s|ed)?|forbid(?:s|den)?|permit(?:s|ted)?|allow(?:s|ed)?|prevent(?:s|ed)?|refrains?|free to",
    ),
    "liability": (
        r"(?:un)?limit(?:s|ed|ation|ations)?|(?:un)?capp?(?:s|ed)?",
        r"liab(?:le|ility|ilities)|indemnif(?:y|ies|ied)|indemnit(?:y|ies)|insur(?:e|es|ed|ance|ances)",
        r"waive(?:s|d|rs?)?|exclu(?:de|des|ded|ding|sion|sions)|disclaim(?:s|ed|er)?|releas(?:e|es|ed)",
        r"loss(?:es)?|damages?|compensat(?:e|es|ed|ion)|penalt(?:y|ies)|fined|deduct(?:s|ed|ions?)?|withh(?:old|olds|eld)",
        r"set[- ]off|refunds?|repa(?:y|ys|id|yments?)|recover(?:s|ed|y|able)?|claw[- ]?back|forfeit(?:s|ed)?|remed(?:y|ies|ied)",
        r"breach(?:es)?|defaults?|neglig(?:ent|ently|ence)|fault|fraud|terminat(?:e|es|ed|ion)",
        r"suspen(?:d|ds|ded|sion)|step[- ]in",
    ),
    "consent": (
        r"consent(?:s|ed)?|agree(?:s|d|ing|ments?)?|approv(?:e|es|ed|al|als|ing)|authoris(?:e|es|ed|ation)|permission|veto(?:es)?",
        r"consult(?:s|ed|ing|ation)?|discretion|satisfaction of|accept(?:s|ed|ance|able)?|reject(?:s|ed|ion)?",
        r"refus(?:e|es|ed|al)",
        r"assign(?:s|ed|ment)?|novat(?:e|es|ed|ion)|sub-?contract(?:s|ed|ing)?|delegat(?:e|es|ed|ion)|var(?:y|ies|ied|iations?)",
    ),
    "form": (
        r"in writing|written|oral(?:ly)?|verbal(?:ly)?|signed?|signatures?|seal(?:ed)?|deeds?",
        r"by (?:e-?mail|post|telephone|hand|letter)|e-?mail(?:s|ed)?|electronic(?:ally)?|notices?",
        r"notif(?:y|ies|ied|ication)|certified",
    ),
    "time": (
        r"without (?:undue |unreasonable )?delay|as soon as|from time to time|prior to|at any time|at all times|time limits?",
        r"prompt(?:ly)?|immediate(?:ly)?|forthwith|soon(?:er|est)?|urgent(?:ly)?|timely|delay(?:s|ed)?",
        r"hourly|daily|nightly|weekly|fortnightly|monthly|quarterly|half-yearly|(?:bi)?annual(?:ly)?|yearly|regular(?:ly)?|periodic(?:ally)?",
        r"frequent(?:ly)?|occasional(?:ly)?|continu(?:al|ous)(?:ly)?|perpetual(?:ly)?|permanent(?:ly)?|temporar(?:y|ily)|interim|always|once|twice",
        r"before|after|until|till|during|within|thereafter|earlier|later|earliest|latest",
        r"deadlines?|expir(?:y|es|ed)|extend(?:s|ed)?|extensions?|renew(?:s|ed|al|als)?|notice period|commenc(?:e|es|ed|ement)",
        r"(?:working|business|calendar|clear) (?:days?|hours?|weeks?)",
        r"minutes?|hours?|days?|weeks?|fortnights?|months?|quarters?|years?",
    ),
    "extent": (
        r"at (?:least|most)|up to|(?:more|less|fewer|greater|higher|lower) than|other than|in (?:full|part|whole)",
        r"in connection with",
        r"not|no|none|nor|never|neither|nothing|nobody|without|lack(?:s|ing)?|fail(?:s|ed|ure|ures)?",
        r"only|solely|sole|merely|(?:non-?)?exclusiv(?:e|ely|ity)|except(?:ions?|ing)?|excepted|apart from",
        r"any|each|every|everyone|everything|all|both|either|most|mostly|many|several|some|few|fewer|half|partly|partially|whole|wholly",
        r"entire(?:ly)?|full|fully|total(?:ly)?|complete(?:ly)?|minimum|maximum|min|max|exceed(?:s|ed|ing)?|above|below|beyond",
        r"includ(?:e|es|ed|ing)|inclusive|whatever|whichever|(?:in)?direct(?:ly)?|consequential|equivalent|more|less|least",
    ),
}
"""Phrases count before words, and of two classes that hold a word the first: `in part` is extent, `as agreed` a condition."""

PREFIXES = ("un", "non-", "non", "in", "im", "ir", "il", "dis")
"""What turns a word into its opposite."""
NUMBERS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    "|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\\w+)?|hundred|thousand|million|dozen"
)
ORDINALS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|double[sd]?|triple[sd]?|quarter of"
