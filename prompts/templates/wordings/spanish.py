"""How a model is told what to do in Spanish."""

from prompts.templates.wordings.parts import FAR, NEAR, Pattern

_ES_TOLD = (
    r"(?:(?:todas?\W+|cualquier\W+)?(?:las\W+|los\W+|tus\W+|sus\W+|estas\W+|esas\W+)?(?:\w+\W+)?"
    r"(?:instrucci[oó]n(?:es)?|directrices|indicaciones\W+anteriores|[oó]rdenes\W+(?:anteriores|recibidas))"
    r"|tus\W+reglas|las\W+reglas\W+(?:que\W+(?:recibiste|te\W+dieron)|anteriores)"
    r"|(?:todo\W+)?lo\W+que\W+(?:te|le|se\W+te)\W+(?:dijeron|han\W+dicho|dijo|indicaron)|el\W+an[aá]lisis)"
)
_ES_MACHINE = (
    r"(?:inteligencia\W+artificial|modelo\W+de\W+lenguaje|asistente\W+virtual|i\W?a\b|chat ?bot|red\W+neuronal)"
)

SPANISH: tuple[Pattern, ...] = (
    (
        "override",
        "anter",
        r"\b(?:ignora|olvida)\W+(?:todo\W+)?lo\W+anterior\b",
    ),
    (
        "override",
        "ignor olvid",
        r"\b(?:ignora|olvida)\W+(?:las|los)\W+(?:reglas|normas)\W+y\W+(?:\w+\W+)?"
        r"(?:escribe|di|promete|responde|contesta|pon|da|marca)\b",
    ),
    (
        "override",
        "ignor olvid omite omita omiti desca desob anula",
        rf"\b(?:ignor(?:a|e|ar|en)|olvid(?:a|e|ar)|omit(?:e|a|ir)|descart(?:a|e)|desobedece|anula)\W+{_ES_TOLD}",
    ),
    ("override", "omiso", rf"\b(?:haz|haga|hacer)\W+caso\W+omiso\W+(?:de|a)\W+{_ES_TOLD}"),
    (
        "override",
        "instr regla",
        r"\bno\W+(?:sigas|obedezcas|cumplas|hagas\W+caso\W+(?:a|de))\W+(?:\w+\W+)?(?:instrucciones|reglas)\b",
    ),
    ("override", "nueva", r"\b(?:tu|su)\W+nueva\W+(?:tarea|misi[oó]n|funci[oó]n|instrucci[oó]n)\W+(?:es|ser[aá])\b"),
    (
        "override",
        "instr nueva nuevas tarea tareas",
        r"\bnuevas?\W+(?:instrucci[oó]n(?:es)?|tareas?)\s*(?::|\bdos puntos\b)|\bnueva tarea (?:escribe|di|pon)\b",
    ),
    (
        "override",
        "eres",
        r"\b(?:ya\W+no|ahora)\W+eres\W+(?:un|una|el)\W+(?:\w+\W+){0,2}?(?:asistente|modelo|bot|poeta|pirata|analista)\b",
    ),
    (
        "override",
        "ahora",
        r"\b(?:a\W+partir\W+de|desde)\W+ahora\W+(?:solo\W+|s[oó]lo\W+)?(?:responde|contesta|escribe|act[uú]a)\b",
    ),
    ("override", "respo conte", r"\b(?:responde|contesta)\W+(?:solo|s[oó]lo|[uú]nicamente)\W+con\b"),
    (
        "override",
        "intel model asist ia chatb chat red",
        rf"\b(?:a\W+la|oye|para\W+la|querida|hola|si\W+eres\W+una?|si\W+eres)\W+{_ES_MACHINE}"
        r"(?=\W+(?:que|olvida|ignora|escribe|pon|di|lee)\b)",
    ),
    ("override", "resum", r"\bno\W+resumas\W+esta\W+(?:llamada|conversaci[oó]n)\b"),
    ("role", "siste asist desar", r"(?:^|\n|[.!?]\s)\s*(?:sistema|asistente|desarrollador)\s*(?::|\bdos puntos\b)"),
    ("role", "instr siste respu tarea", r"(?:^|\n)\s*#{2,}\s*(?:instrucci[oó]n(?:es)?|sistema|respuesta|tarea)\b"),
    (
        "role",
        "asist model",
        r"\bel\W+(?:asistente|modelo)\W+(?:debe|deber[aá]|tiene\W+que|ha\W+de)\W+(?:\w+\W+)?"
        r"(?:decir|ignorar|escribir|responder|imprimir|marcar|poner|aprobar)\b",
    ),
    ("breakout", "fin", r"(?:-{2,}|={2,}|#{2,}|\*{2,})\s*fin\W+de\b"),
    (
        "breakout",
        "fin",
        r"\bfin\W+(?:del?|de\W+la)\W+(?:transcripci[oó]n|material|entrada|texto|prompt)\b"
        r"(?=\W*(?:ahora|nuev|asistente|sistema|lo\W+que|responde|---|'''|$))",
    ),
    ("breakout", "instr orden órden", r"\blo\W+que\W+sigue\W+(?:son|es)\W+(?:una\W+)?(?:instrucci|orden|[oó]rdenes)"),
    (
        "exfiltration",
        "mensa promp instr encim arrib anter",
        rf"\b(?:repite|repita|imprime|revela|muestra|ense[nñ]a|traduce|copia|escribe){FAR}"
        r"(?:(?:mensaje|prompt|instrucciones)\W+(?:de|del)\W+sistema|instrucciones\W+(?:ocultas|iniciales|secretas|"
        r"originales|internas)|texto\W+(?:que\W+est[aá]\W+)?(?:de\W+)?(?:encima|arriba)|todo\W+lo\W+anterior)",
    ),
    ("exfiltration", "siste", r"\b(?:tu|su)\W+(?:mensaje|prompt)\W+de(?:l)?\W+sistema\b"),
    ("exfiltration", "instr", r"\b(?:revela|imprime|muestra)\W+(?:tus|todas\W+tus)\W+(?:\w+\W+)?instrucciones\b"),
    (
        "other_call",
        "trans",
        rf"\b(?:incluye|a[nñ]ade|agrega|muestra|cita|copia){FAR}transcripci[oó]n\W+de\W+"
        r"(?:la\W+|otra\W+)?(?:llamada|conversaci[oó]n)\W*(?:anterior|previa|pasada)?",
    ),
    (
        "other_call",
        "llama conve",
        r"\b(?:llamada|conversaci[oó]n)\W+(?:anterior|previa)\W+que\W+(?:has|hayas)\W+"
        r"(?:procesado|visto|le[ií]do|analizado)\b",
    ),
    ("other_call", "llama", r"\bqu[eé]\W+dijeron\W+(?:los\W+)?(?:otros|dem[aá]s)\W+clientes\W+en\W+sus\W+llamadas\b"),
    (
        "score",
        "pon ponle asign da dale otorg marca calif puntú puntu",
        rf"\b(?:pon(?:le)?|asigna|da(?:le)?|otorga|marca|califica|punt[uú]a)\W+(?:a\W+|al\W+)?"
        rf"(?:esta|la|el)?\W*(?:llamada|conversaci[oó]n|agente){FAR}"
        r"(?:100|cien|m[aá]xim[ao]|perfect[ao]|excelente|convertid[ao]|aprobad[ao])\b",
    ),
    ("score", "evalu revis juez model", r"\b(?:evaluador|revisor|juez|modelo)\W+(?:debe|tiene\W+que|deber[aá])\b"),
    ("score", "crite", rf"\b(?:marca|marcar|da|pon|cumple){NEAR}todos\W+los\W+criterios\b"),
    ("score", "marca marcar", r"\bmarc(?:a|ar)\W+esta\W+llamada\W+como\W+(?:convertida|aprobada|ganada)\b"),
    ("template", "llave", r"\babre\W+(?:la\W+)?llave\W+abre\b"),
)
