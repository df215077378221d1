"""How a model is told what to do in English."""

from prompts.templates.wordings.parts import FAR, NEAR, Pattern

_EN_TOLD = (
    r"(?:(?:all|any|your|every|previous|prior|above|earlier|preceding|initial|original|system|given|those|these)\W+"
    r"(?:\w+\W+){0,3}?(?:instructions?|prompts?|guidelines?|rules|directives?|programming|orders|restrictions?)"
    r"|(?:everything|anything|all|what|whatever)\W+(?:that\W+)?(?:you\W+(?:were|ve been|have been|was)\W+(?:\w+\W+)?"
    r"(?:told|given|taught|instructed))|the\W+prompt\b|the\W+(?:text|words|lines?)\W+above|the\W+analysis\W+and)"
)
_EN_MACHINE = r"(?:a\W?i|artificial intelligence|(?:large )?language model|llm|chat ?bot|neural network|scoring model)"

ENGLISH: tuple[Pattern, ...] = (
    (
        "override",
        "above",
        r"\b(?:ignore|disregard|forget)\W+(?:all\W+(?:of\W+)?)?(?:the\W+|everything\W+(?:\w+\W+){0,2}?)above\b",
    ),
    (
        "override",
        "ignor disre forge",
        r"\b(?:ignore|disregard|forget)\W+(?:about\W+)?the\W+(?:rules|instructions|prompt)\W+and\W+(?:\w+\W+)?"
        r"(?:write|say|promise|answer|reply|put|give|mark|set|print|tell)\b",
    ),
    (
        "override",
        "ignor disre forge overr bypas negle overl skip",
        rf"\b(?:ignore|disregard|forget|override|bypass|neglect|overlook|skip)\W+{_EN_TOLD}",
    ),
    (
        "override",
        "ignor disre forge overr bypas skip",
        rf"\b(?:ignore|disregard|forget|override|bypass|skip){NEAR}{_EN_TOLD}",
    ),
    (
        "override",
        "instr promp rules guide",
        rf"\b(?:do not|don\W?t|never|stop|not to)\W+(?:follow|obey|following|obeying){NEAR}"
        r"(?:instructions?|prompts?|rules|guidelines)",
    ),
    (
        "override",
        "task role goal job instr",
        r"\byour\W+new\W+(?:task|instructions?|role|goal|job)\W+(?:is|are|will)\b",
    ),
    (
        "override",
        "instr task tasks promp direc",
        r"\bnew\W+(?:instructions?|tasks?|prompt|directive)\s*(?::|\bcolon\b)|\bnew task (?:write|say|print)\b",
    ),
    (
        "override",
        "assis ai model bot chatb coach evalu pirat poet hacke analy",
        r"\byou\W+are\W+(?:now|no longer)\W+(?:an?|the)\W+(?:\w+\W+){0,2}"
        r"(?:assistant|ai|model|bot|chatbot|coach|evaluator|pirate|poet|hacker|analyst)\b",
    ),
    (
        "override",
        "now",
        r"\bfrom\W+now\W+on\W+you\W+(?:will\W+|must\W+|shall\W+)?(?:only\W+)?"
        r"(?:answer|respond|reply|write|output|print|act)\b",
    ),
    ("override", "inste", r"\bfollow\W+(?:these|the following|my)\W+(?:\w+\W+)?(?:rules|instructions)\W+instead\b"),
    (
        "override",
        "ai artif langu large llm chatb chat neura scori",
        rf"\b(?:to|for|hey|dear|attention|note for)\W+(?:the\W+|an?\W+|any\W+)?{_EN_MACHINE}"
        r"\W+(?:reading|that|who|which|model|please|print|say|write|give|ignore|forget)\b",
    ),
    (
        "override",
        "ai artif langu large llm chatb chat neura scori",
        rf"\bif\W+you\W+are\W+(?:an?|the)\W+{_EN_MACHINE}\b",
    ),
    (
        "override",
        "only witho",
        r"\b(?:answer|respond|reply)\W+(?:only\W+with|with\W+only|without\W+any\W+restrictions)\b",
    ),
    ("override", "summa", r"\b(?:do not|don\W?t)\W+summari[sz]e\W+this\W+(?:call|conversation)\b"),
    ("role", "syste assis devel", r"(?:^|\n|[.!?]\s)\s*(?:system|assistant|developer)\s*(?::|\bcolon\b)"),
    ("role", "instr syste respo promp task", r"(?:^|\n)\s*#{2,}\s*(?:instructions?|system|response|prompt|task)\b"),
    (
        "role",
        "assis ai model",
        r"\bthe\W+(?:ai|assistant|model)\W+(?:must|shall|should|has to|will)\W+(?:\w+\W+)?"
        r"(?:say|ignore|print|answer|write|output|mark|give|respond|approve)\b",
    ),
    ("breakout", "end", r"(?:-{2,}|={2,}|#{2,}|\*{2,})\s*end\W+of\b"),
    (
        "breakout",
        "end",
        r"\bend\W+of\W+(?:the\W+)?(?:transcript|input|material|prompt|untrusted \w+)\b"
        r"(?=\W*(?:now|new|every|answer|assistant|system|the\W+real|what|---|'''|$))",
    ),
    (
        "breakout",
        "instr comma promp",
        r"\b(?:everything|what|the (?:text|part))\W+(?:below|that follows|after this)\W+is\W+(?:an?\W+)?"
        r"(?:instructions?|command|prompt)",
    ),
    (
        "exfiltration",
        "syste initi hidde secre origi inter above promp",
        rf"\b(?:repeat|print|reveal|show|output|display|translate|dump|leak|expose|recite|copy){FAR}"
        r"(?:system\W+(?:prompt|message)|(?:initial|hidden|secret|original|internal)\W+"
        r"(?:instructions?|prompt|rules|guidelines)|(?:text|words|everything|lines?)\W+above|"
        r"prompt\W+you\W+(?:were|received|got|have))",
    ),
    ("exfiltration", "syste", r"\b(?:your|the full|the entire)\W+system\W+(?:prompt|message)\b"),
    (
        "exfiltration",
        "instr promp",
        r"\b(?:reveal|print|output|dump|leak|expose)\W+(?:\w+\W+){0,3}?your\W+(?:\w+\W+)?"
        r"(?:instructions?|prompt)\b",
    ),
    (
        "other_call",
        "trans",
        rf"\b(?:include|add|quote|show|append|insert|paste|output|load){FAR}transcripts?\W+of\W+"
        r"(?:the\W+|an\W*)?(?:previous|other|another|last|earlier)\W+(?:call|conversation)",
    ),
    (
        "other_call",
        "seen proce analy read store given",
        r"\b(?:previous|last|other|earlier)\W+(?:calls?|conversations?|transcripts?)\W+(?:that\W+)?you\W+(?:have\W+)?"
        r"(?:seen|processed|analy[sz]ed|read|stored|been given)\b",
    ),
    (
        "other_call",
        "calls",
        r"\bwhat\W+(?:the\W+)?other\W+customers\W+(?:have\W+)?(?:said|told \w+)\W+in\W+(?:their|other)\W+calls\b",
    ),
    (
        "other_call",
        "load open fetch retri",
        r"\b(?:load|open|fetch|retrieve)\W+(?:the\W+)?call\W+(?:with\W+)?(?:the\W+)?(?:id|number)\b",
    ),
    (
        "score",
        "give assig award set mark rate score grade",
        rf"\b(?:give|assign|award|set|mark|rate|score|grade)\W+(?:this|the)\W+(?:call|conversation|agent|transcript|"
        rf"interaction){FAR}(?:100|hundred|maximum|max|perfect|full marks|full points|passed|excellent|highest)\b",
    ),
    (
        "score",
        "evalu grade score judge revie scori model",
        r"\b(?:evaluator|grader|scorer|judge|reviewer|scoring model|model)\W+(?:must|should|shall|has to)\b",
    ),
    (
        "score",
        "quali conve crite",
        rf"\b(?:set|mark|make|rate){NEAR}(?:quality.score|conversion.probability|every\W+criteri(?:on|a)|"
        r"all\W+(?:the\W+)?criteria)\b",
    ),
    (
        "score",
        "answe crite item items quest",
        rf"\b(?:rate|score|grade|mark)\W+(?:all|every|each)\W+(?:the\W+)?"
        rf"(?:answers?|criteri(?:on|a)|items?|questions?){FAR}(?:maximum|max|full|highest|perfect|100|passed)\b",
    ),
    ("score", "quali", r"\bquality.score\W+(?:to|is|=|of)\W+(?:100|one hundred|maximum)"),
    ("score", "mark", r"\bmark\W+this\W+(?:call|conversation)\W+as\W+(?:converted|passed|won|successful)\b"),
    ("template", "curly", r"\b(?:open|opening|left)\W+(?:curly\W+)(?:bracket|brace)\W+(?:open|opening|left|curly)\b"),
)
